"""Running the application under uvicorn, in one process, until a signal ends it."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import uvicorn

from localverify.server.app import create_app

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from localverify.config import Settings

# Requests that are being answered when the server is told to stop may take so long to end.
_GRACE_S = 10


class Server(uvicorn.Server):
    """A server that says where it listens, once it does.

    Args:
        settings: everything that can be set.
        on_ready: called with the address as soon as requests are answered.

    Raises:
        NotReady: the data folder, the weights or the device cannot be used.
    """

    def __init__(self, settings: Settings, on_ready: Callable[[str], None]) -> None:
        super().__init__(
            uvicorn.Config(
                create_app(settings),
                host=settings.server.host,
                port=settings.server.port,
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_GRACE_S,
            )
        )
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts listening."""
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._on_ready(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")


def run(settings: Settings, on_ready: Callable[[str], None]) -> bool:
    """Serves until SIGTERM or SIGINT; False when it could not start.

    Raises:
        NotReady: the data folder, the weights or the device cannot be used.
    """
    server = Server(settings, on_ready)
    if threading.current_thread() is threading.main_thread():
        # uvicorn stops on the signal, then raises it again for whoever was there before: a server that was
        # told to stop and did has ended well.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: None)
    try:
        server.run()
    except SystemExit:
        # uvicorn has said why on stderr: the address is taken, most often.
        return False
    return server.started
