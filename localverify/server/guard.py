"""What stands before every vendor's application: ids, the deadline, the size of the body, the log, the metrics.

It speaks ASGI itself, because what it watches over, a body that never ends or an application that never
answers, happens below a web framework.
"""

from __future__ import annotations

import asyncio
import json
import time
import traceback
import uuid
from typing import TYPE_CHECKING, Any

from starlette.requests import ClientDisconnect

from localverify.errors import Busy, InputError, LocalVerifyError
from localverify.vendors.base.ids import RequestIds

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from starlette.types import Message, Receive, Scope, Send
    from structlog.typing import FilteringBoundLogger

    from localverify.server.metrics import Metrics
    from localverify.vendors.base.declaration import VendorApplication

REQUEST_ID_HEADER = b"x-request-id"
MAX_REQUEST_ID = 256
# So much more than the largest body is read and dropped before the connection is closed on a client.
DRAIN_BYTES = 64 * 1024 * 1024
# What proxies write for a client that went away before its answer.
_CLIENT_WENT_AWAY = 499


class Guard:
    """One vendor's application, guarded.

    Args:
        vendor: its name, for log and metrics.
        application: the vendor's own.
        deadline_s: longest time for one request, the reading of its body included.
        log: a line a request; never bodies, names or signatures.
        metrics: counts and durations.
    """

    def __init__(
        self,
        vendor: str,
        application: VendorApplication,
        deadline_s: float,
        log: FilteringBoundLogger,
        metrics: Metrics,
    ) -> None:
        self._vendor = vendor
        self._application = application
        self._deadline_s = deadline_s
        self._log = log
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            raise InputError(f"{scope['type']} connections are not served")
        exchange = _Exchange(scope, receive, send, self._application.max_body)
        started = time.perf_counter()
        with self._metrics.in_progress.labels(self._vendor).track_inprogress():
            await self._serve(exchange)
        self._report(exchange, time.perf_counter() - started)

    async def _serve(self, exchange: _Exchange) -> None:
        try:
            exchange.check()
            async with asyncio.timeout(self._deadline_s):
                await self._application.app(exchange.scope, exchange.receive, exchange.send)
        except TimeoutError:
            exchange.give_up()
            await self._answer(exchange, Busy(f"no answer was reached in {self._deadline_s:g} s", reason="deadline"))
        except ClientDisconnect:
            exchange.status = _CLIENT_WENT_AWAY
        except LocalVerifyError as error:
            await self._answer(exchange, error)
        except Exception as error:
            # The framework answered already and raised again; whatever it is, the next request must be served.
            self._log.error(
                "request_failed", request_id=exchange.ids.server, error=type(error).__name__, at=_where(error)
            )
            await self._answer(exchange, LocalVerifyError("an unexpected error occurred"))

    async def _answer(self, exchange: _Exchange, error: LocalVerifyError) -> None:
        if not exchange.started:
            answer = self._application.failure(error, exchange.ids.server)
            await exchange.respond(answer.status, answer.body)

    def _report(self, exchange: _Exchange, seconds: float) -> None:
        route = exchange.route
        self._metrics.requests.labels(self._vendor, exchange.method, route, str(exchange.status)).inc()
        self._metrics.seconds.labels(self._vendor, route).observe(seconds)
        self._metrics.received.labels(self._vendor).inc(exchange.received)
        self._log.info(
            "request",
            vendor=self._vendor,
            method=exchange.method,
            route=route,
            status=exchange.status,
            ms=round(seconds * 1000, 1),
            bytes=exchange.received,
            request_id=exchange.ids.server,
        )


class _Exchange:
    """One request and its answer, counted on the way."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, max_body: int) -> None:
        self.scope = scope
        self.ids = RequestIds(str(uuid.uuid4()), _header(scope, REQUEST_ID_HEADER))
        self.ids.attach(scope)
        self.status = 0
        self.started = False
        self.received = 0
        self._receive = receive
        self._send = send
        self._max_body = max_body
        self._more = _has_body(scope)
        self._refusal: InputError | None = None

    @property
    def method(self) -> str:
        """GET, POST ...; other words than HTTP's own do not become labels."""
        known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
        return self.scope["method"] if self.scope["method"] in known else "OTHER"

    @property
    def route(self) -> str:
        """The template of the path, never the path: that could hold ids."""
        return getattr(self.scope.get("route"), "path", "unmatched")

    def check(self) -> None:
        """Refuses a request id that cannot be echoed in a header."""
        client = self.ids.client
        if len(client) > MAX_REQUEST_ID or not (client.isascii() and (client.isprintable() or not client)):
            self.ids = RequestIds(self.ids.server, "")
            raise InputError(f"X-Request-ID has at most {MAX_REQUEST_ID} printable characters", field="X-Request-ID")

    async def receive(self) -> Message:
        """Passes a piece of the body on, or refuses it when there is too much."""
        message = await self._next()
        if self.received > self._max_body:
            self._refusal = InputError(f"the body has more than {self._max_body} bytes", reason="too_large")
            raise self._refusal
        return message

    async def send(self, message: Message) -> None:
        """Passes the answer on, with the request's id in its header.

        What a framework makes of a refused body is not passed on: the vendor's own words for it are.
        """
        if self._refusal:
            raise self._refusal
        if message["type"] == "http.response.start":
            await self._drain()
            self.started = True
            self.status = message["status"]
            echoed = self.ids.client or self.ids.server
            message["headers"] = [*message.get("headers", ()), (REQUEST_ID_HEADER, echoed.encode("latin-1"))]
        await self._send(message)

    async def _drain(self) -> None:
        """Drops what the client still sends when it is refused: it listens for the answer only afterwards.

        A client that asked first (Expect: 100-continue) and was not told to go on sends nothing.
        """
        if self.received == 0 and _header(self.scope, b"expect"):
            return
        while self._more and self.received < self._max_body + DRAIN_BYTES:
            await self._next()

    async def _next(self) -> Message:
        message = await self._receive()
        self.received += len(message.get("body", b""))
        self._more = message["type"] == "http.request" and message.get("more_body", False)
        return message

    def give_up(self) -> None:
        """Waits for nothing more from the client."""
        self._more = False

    async def respond(self, status: int, body: Any) -> None:  # noqa: ANN401 - any JSON
        """A whole answer."""
        self._refusal = None
        data = json.dumps(body).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(data)).encode())]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": data})


def _header(scope: MutableMapping[str, Any], name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def _has_body(scope: MutableMapping[str, Any]) -> bool:
    return bool(_header(scope, b"transfer-encoding")) or _header(scope, b"content-length") not in {"", "0"}


def _where(error: BaseException) -> list[str]:
    """The places in the code, innermost last. The message is left out: it may repeat what a client sent."""
    frames = traceback.extract_tb(error.__traceback__)[-5:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
