"""The two ids of a request: the server's, and the client's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_SCOPE_KEY = "localverify.request_ids"


@dataclass(frozen=True, slots=True)
class RequestIds:
    """How a request is called.

    Attributes:
        server: UUID, made for every request.
        client: the header X-Request-ID; empty when the client sent none.
    """

    server: str
    client: str

    def attach(self, scope: MutableMapping[str, Any]) -> None:
        """Puts the ids where the vendor's routes find them."""
        scope[_SCOPE_KEY] = self

    @staticmethod
    def of(scope: MutableMapping[str, Any]) -> RequestIds:
        """The ids of a request that came through the server."""
        found: RequestIds = scope[_SCOPE_KEY]
        return found
