"""/healthz, /readyz and /metrics, for those who watch the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localverify.errors import LocalVerifyError

if TYPE_CHECKING:
    from starlette.requests import Request

    from localverify.server.metrics import Metrics
    from localverify.store.store import Store


class Health:
    """Whether the process lives, and whether it can answer."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics

    def routes(self) -> list[Route]:
        """The three pages."""
        return [
            Route("/healthz", self.live),
            Route("/readyz", self.ready),
            Route("/metrics", self.metrics),
        ]

    async def live(self, _request: Request) -> Response:
        """200 while the process answers at all."""
        return JSONResponse({"status": "ok"})

    def ready(self, _request: Request) -> Response:
        """200 when the database can be read, else 503 with the reason; the nets are warm before anyone can ask."""
        try:
            self._store.check()
        except LocalVerifyError as error:
            return JSONResponse({"status": error.reason}, 503)
        return JSONResponse({"status": "ready"})

    def metrics(self, _request: Request) -> Response:
        """The metrics in Prometheus's text format."""
        return Response(self._metrics.page(), media_type="text/plain; version=0.0.4")
