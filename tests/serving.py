"""A real server on loopback, and clients that sign as the vendors' own do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx2

from localverify.config import Settings
from localverify.server.run import Server
from localverify.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

START_S = 60


@dataclass(frozen=True)
class Running:
    """A server that answers at `url` over the data folder `data`."""

    url: str
    data: Path

    def key(self, client: str = "a client") -> TrustVisionAuth:
        """Fresh credentials of a client, as `localverify keys create` makes them."""
        auth = TrustVisionAuth(f"key-{datetime.now(UTC).timestamp()}", "a secret")
        store = Store(self.data)
        store.add_key("trustvision", auth.access_key, client, {"access_key": auth.access_key, "secret": auth.secret})
        store.close()
        return auth

    def client(self, auth: TrustVisionAuth | None = None, prefix: str = "/trustvision") -> httpx2.Client:
        """A client of one vendor's API; without credentials it signs nothing."""
        return httpx2.Client(base_url=self.url + prefix, auth=auth, timeout=60)


class TrustVisionAuth(httpx2.Auth):
    """Signs every request.

    Args:
        access_key: names the key.
        secret: signs.
        strip: what is cut from the path before it is signed.
        timestamp: in place of the present.
    """

    def __init__(self, access_key: str, secret: str, strip: str = "/trustvision", timestamp: str | None = None) -> None:
        self.access_key = access_key
        self.secret = secret
        self._strip = strip
        self._timestamp = timestamp

    def auth_flow(self, request: httpx2.Request) -> Iterator[httpx2.Request]:  # type: ignore[override]
        """Adds the two headers."""
        timestamp = self._timestamp or datetime.now(UTC).isoformat()
        path = request.url.raw_path.decode().partition("?")[0].removeprefix(self._strip)
        message = f"{request.method}\n{path}\n{timestamp}".encode()
        digest = hmac.new(self.secret.encode(), message, hashlib.sha256).digest()
        request.headers["X-TV-Timestamp"] = timestamp
        request.headers["Authorization"] = f"TV {self.access_key}:{base64.b64encode(digest).decode()}"
        yield request


@contextmanager
def serving(data: Path, **sections: Mapping[str, object]) -> Iterator[Running]:
    """Runs a server in a thread until the block ends.

    Args:
        data: its folder.
        sections: settings by section.
    """
    server_section = {"port": 0, "data": str(data), **sections.pop("server", {})}
    settings = Settings.model_validate({**sections, "server": server_section})
    ready: list[str] = []
    started = threading.Event()

    def announce(url: str) -> None:
        ready.append(url)
        started.set()

    server = Server(settings, announce)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert started.wait(START_S), "the server did not start"
        yield Running(ready[0], data)
    finally:
        server.should_exit = True
        thread.join()
