"""Thousands of mixed requests: no server error, memory that stays flat, every stored picture still readable.

    python -m benchmarks.soak --requests 2000 --clients 4

Memory is compared between the first tenth of the requests, after which every net and pool has been used, and
the last.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import threading
from pathlib import Path
from typing import Any

from benchmarks.common import percentiles, write_result
from benchmarks.http_client import PORTRAITS, Connection, Server, lengthened, serving, upload_form

WARM_SHARE = 0.1


class Soak:
    """Clients that draw requests from one counter.

    Args:
        server: takes the requests.
        portraits: encoded pictures.
        total: requests in all.
        seed: of the mixture.
    """

    def __init__(self, server: Server, portraits: list[bytes], total: int, seed: int) -> None:
        self.statuses: dict[int, int] = {}
        self.memory: list[tuple[int, float]] = []
        self.ids: list[str] = []
        self._server = server
        self._forms = [lengthened(picture, len(picture) + 64) for picture in portraits]
        self._left = iter(range(total))
        self._every = max(total // 100, 1)
        self._random = random.Random(seed)
        self._lock = threading.Lock()

    def client(self) -> None:
        """Sends until the counter ends."""
        connection = Connection(self._server)
        while True:
            with self._lock:
                number = next(self._left, None)
                kind = self._random.random()
            if number is None:
                break
            status = (
                self._upload(connection, number) if kind < 0.4 or len(self.ids) < 8 else self._ask(connection, kind)
            )
            with self._lock:
                self.statuses[status] = self.statuses.get(status, 0) + 1
                if number % self._every == 0:
                    self.memory.append((number, self._server.resident_mb()))
        connection.close()

    def _upload(self, connection: Connection, number: int) -> int:
        picture, place = self._forms[number % len(self._forms)]
        own = picture[:place] + b"%016d" % number + picture[place + 16 :]
        status, body = connection.upload(upload_form(own))
        if status == 200:
            self.ids.append(json.loads(body)["data"]["image_id"])
        return status

    def _ask(self, connection: Connection, kind: float) -> int:
        with self._lock:
            first, second = ({"id": image_id} for image_id in self._random.sample(self.ids, 2))
        if kind < 0.55:
            return connection.send("GET", f"/v1/images/{first['id']}")[0]
        if kind < 0.6:
            return connection.post("/v1/detect_faces_sync", {"image": {"id": "unknown"}})[0]
        body: dict[str, Any] = {"image": first}
        if kind < 0.7:
            return connection.post("/v1/detect_faces_sync", {**body, "return_embedding": True})[0]
        if kind < 0.85:
            return connection.post("/v1/compare_faces_sync", {"image1": first, "image2": second})[0]
        if kind < 0.95:
            return connection.post("/v1/verify_face_liveness_sync", {"images": [first]})[0]
        return connection.post("/v1/verify_portrait_sanity_sync", body)[0]

    def unreadable(self) -> int:
        """How many of the stored pictures cannot be downloaded."""
        connection = Connection(self._server)
        lost = sum(connection.send("GET", f"/v1/images/{image_id}")[0] != 200 for image_id in self.ids)
        connection.close()
        return lost


def main() -> None:
    """Soaks and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portraits", type=Path, default=PORTRAITS, help="folder of JPEG portraits")
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    portraits = [path.read_bytes() for path in sorted(options.portraits.glob("*.jpg"))]
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        soak = Soak(server, portraits, options.requests, options.seed)
        threads = [threading.Thread(target=soak.client) for _ in range(options.clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        figures = {**result(soak, options.requests), "unreadable": soak.unreadable()}
    for name, figure in figures.items():
        print(f"{name:20s} {figure}")
    print(write_result("soak", figures))


def result(soak: Soak, total: int) -> dict[str, Any]:
    """Memory at the beginning and the end, and the statuses."""
    warm = [megabytes for number, megabytes in soak.memory if WARM_SHARE * total <= number < 2 * WARM_SHARE * total]
    last = [megabytes for number, megabytes in soak.memory if number >= (1 - WARM_SHARE) * total]
    before, after = percentiles(warm)["p50"], percentiles(last)["p50"]
    return {
        "requests": total,
        "statuses": soak.statuses,
        "rss_mb_warm": before,
        "rss_mb_end": after,
        "growth_percent": round((after / before - 1) * 100, 2),
        "stored": len(soak.ids),
    }


if __name__ == "__main__":
    main()
