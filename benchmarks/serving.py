"""The HTTP server: time to ready, uploads of 2 MB a second, latency of every operation, memory.

    python -m benchmarks.serving --clients 4 --seconds 10

The client runs on the same processors as the server. Every upload differs from all others, so each is
written; its processor time on the server is given too, since it does not depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.common import percentiles, write_result
from benchmarks.http_client import PORTRAITS, Connection, Server, hammer, lengthened, serving, upload_form

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portraits", type=Path, default=PORTRAITS, help="folder with obama.jpg and obama2.jpg")
    parser.add_argument("--clients", type=int, default=4, help="connections that send at once")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measurement")
    parser.add_argument("--size", type=int, default=2 * 1024 * 1024, help="bytes of an upload")
    parser.add_argument("--data", type=Path, help="folder for the server's data; a temporary one by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.data) as folder, serving(Path(folder)) as server:
        figures = measure(server, options)
    for name, figure in figures.items():
        print(f"{name:28s} {figure}")
    print(write_result("serving", figures))


def measure(server: Server, options: argparse.Namespace) -> dict[str, Any]:
    """All figures."""
    figures: dict[str, Any] = {"ready_s": round(server.ready_s, 2), "rss_mb_at_start": round(server.resident_mb())}
    first, second = ((options.portraits / name).read_bytes() for name in ("obama.jpg", "obama2.jpg"))
    figures["load_before"] = os.getloadavg()[0]
    figures["upload"] = summary(hammer(server, options.clients, options.seconds, uploads(first, options.size)))
    ids = stored(server, (first, second))
    for name, work in operations(ids).items():
        figures[name] = summary(hammer(server, 1, options.seconds / 2, work))
    both = hammer(server, options.clients, options.seconds / 2, operations(ids)["compare_faces"])
    figures["compare_faces_all_clients"] = summary(both)
    figures["rss_mb_at_end"] = round(server.resident_mb())
    return figures


def uploads(picture: bytes, size: int) -> Callable[[Connection, int], int]:
    """Sends the picture, made `size` bytes long and different each time."""
    long, place = lengthened(picture, size)
    form = upload_form(long)
    place += form.index(long[:64])

    def work(connection: Connection, number: int) -> int:
        own = bytearray(form)
        own[place : place + 16] = b"%016d" % number
        return connection.upload(own)[0]

    return work


def stored(server: Server, pictures: tuple[bytes, ...]) -> list[str]:
    """Uploads pictures; their ids."""
    connection = Connection(server)
    ids = [json.loads(connection.upload(upload_form(picture))[1])["data"]["image_id"] for picture in pictures]
    connection.close()
    return ids


def operations(ids: list[str]) -> dict[str, Callable[[Connection, int], int]]:
    """Every operation on stored portraits."""
    first, second = ({"id": image_id} for image_id in ids)
    bodies: dict[str, dict[str, Any]] = {
        "detect_faces": {"image": first},
        "compare_faces": {"image1": first, "image2": second},
        "verify_face_liveness": {"images": [first]},
        "verify_portrait_sanity": {"image": first},
    }

    def sender(name: str) -> Callable[[Connection, int], int]:
        return lambda connection, _number: connection.post(f"/v1/{name}_sync", bodies[name])[0]

    return {name: sender(name) for name in bodies}


def summary(found: dict[str, Any]) -> dict[str, Any]:
    """The times as percentiles."""
    return {**found, "ms": percentiles(found["ms"])}


if __name__ == "__main__":
    main()
