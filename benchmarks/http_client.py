"""A server in a process of its own, and a TrustVision client that costs little: load comes from few threads."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMMAND = (sys.executable, "-c", "from localverify.cli.main import main; main()")
PORTRAITS = Path(__file__).parents[1] / "examples" / "portraits"
_BOUNDARY = b"localverify-benchmark"


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        host: where it listens.
        port: where it listens.
        access_key: of a client.
        secret: of that client.
        ready_s: from the start of its process to its first answer.
        process: for memory and processor time.
    """

    host: str
    port: int
    access_key: str
    secret: str
    ready_s: float
    process: psutil.Process

    def resident_mb(self) -> float:
        """Resident memory in MB."""
        return float(self.process.memory_info().rss) / 1e6

    def processor_s(self) -> float:
        """Processor time that it has used, user and system."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def serving(data: Path) -> Iterator[Server]:
    """Starts `localverify serve` over a folder, and stops it."""
    made = subprocess.run(  # noqa: S603 - fixed arguments
        [*COMMAND, "keys", "create", "trustvision", "--data", str(data), "--json"], check=True, capture_output=True
    )
    key = json.loads(made.stdout)
    started = time.perf_counter()
    command = [*COMMAND, "serve", "--port", "0", "--data", str(data), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - fixed arguments
        assert process.stdout
        url = json.loads(process.stdout.readline())["url"]
        ready_s = time.perf_counter() - started
        host, _, port = url.removeprefix("http://").rpartition(":")
        yield Server(host, int(port), key["access_key"], key["secret"], ready_s, psutil.Process(process.pid))
        process.send_signal(signal.SIGTERM)


class Connection:
    """One kept-alive connection that signs what it sends."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._socket = socket.create_connection((server.host, server.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._stream = self._socket.makefile("rb")

    def send(
        self, method: str, path: str, body: bytes | bytearray = b"", content_type: str = "application/json"
    ) -> tuple[int, bytes]:
        """One request; its status and body."""
        timestamp = datetime.now(UTC).isoformat()
        message = f"{method}\n{path}\n{timestamp}".encode()
        digest = hmac.new(self._server.secret.encode(), message, hashlib.sha256).digest()
        head = (
            f"{method} /trustvision{path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\n"
            f"Authorization: TV {self._server.access_key}:{base64.b64encode(digest).decode()}\r\n"
            f"X-TV-Timestamp: {timestamp}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._socket.sendall(head.encode())
        self._socket.sendall(body)
        return self._answer()

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, bytes]:
        """One request with JSON."""
        return self.send("POST", path, json.dumps(body).encode())

    def upload(self, form: bytes | bytearray) -> tuple[int, bytes]:
        """One upload of a form made by `upload_form`."""
        return self.send("POST", "/v1/images", form, f"multipart/form-data; boundary={_BOUNDARY.decode()}")

    def close(self) -> None:
        """Ends the connection."""
        self._stream.close()
        self._socket.close()

    def _answer(self) -> tuple[int, bytes]:
        status = int(self._stream.readline().split()[1])
        length = 0
        while (line := self._stream.readline()) not in {b"\r\n", b""}:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return status, self._stream.read(length)


def upload_form(picture: bytes) -> bytes:
    """A multipart body with a picture and its label."""
    return b"".join(
        (
            b"--%s\r\n" % _BOUNDARY,
            b'Content-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n',
            picture,
            b'\r\n--%s\r\nContent-Disposition: form-data; name="label"\r\n\r\nportrait' % _BOUNDARY,
            b"\r\n--%s--\r\n" % _BOUNDARY,
        )
    )


def lengthened(picture: bytes, size: int) -> tuple[bytes, int]:
    """A JPEG made `size` bytes long, and the place of 16 bytes that may change without harm to it.

    The added bytes are random-looking, as a picture's are, and stand in comments that decoders skip.
    """
    mark = b"\xff\xfe" + struct.pack(">H", 18) + b"0" * 16
    noise = hashlib.shake_256(b"noise").digest(65_000)
    comments, missing = [], size - len(picture) - len(mark)
    while missing > 4:
        length = min(missing - 2, 65_000)
        comments.append(b"\xff\xfe" + struct.pack(">H", length) + noise[: length - 2])
        missing -= length + 2
    return picture[:2] + mark + b"".join(comments) + picture[2:], 6


def hammer(server: Server, clients: int, seconds: float, work: Callable[[Connection, int], int]) -> dict[str, Any]:
    """Runs `work` over and over from several clients.

    Args:
        server: takes the requests.
        clients: threads, a connection each.
        seconds: how long.
        work: sends one request, given its number, and returns the status.

    Returns:
        Requests a second, times in ms, the statuses, and the server's processor time a request in ms.
    """
    times: list[float] = []
    statuses: dict[int, int] = {}
    lock = threading.Lock()
    numbers = iter(range(10**9))
    used, started = server.processor_s(), time.perf_counter()

    def client() -> None:
        connection = Connection(server)
        while time.perf_counter() - started < seconds:
            with lock:
                number = next(numbers)
            begun = time.perf_counter()
            status = work(connection, number)
            with lock:
                times.append((time.perf_counter() - begun) * 1000)
                statuses[status] = statuses.get(status, 0) + 1
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - started
    return {
        "per_s": round(len(times) / elapsed, 1),
        "ms": times,
        "statuses": statuses,
        "server_processor_ms": round((server.processor_s() - used) * 1000 / max(len(times), 1), 2),
    }
