"""What an operation is: a path, the shapes of its body and its answer, and the function between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

    from localverify.vendors.trustvision.call import Call

# 15 MB of picture in base64, and room for the fields around it.
INLINE_IMAGE_BYTES = 15 * 1024 * 1024 * 4 // 3 + 64 * 1024


@dataclass(frozen=True, slots=True)
class Operation:
    """One POST of JSON that is computed at once.

    Attributes:
        name: of the service, as request records carry it.
        path: from the vendor's root.
        body: shape of the request.
        answer: shape of a success.
        run: computes the answer, on a worker; the second argument is a `body`.
        images: most pictures that a body may carry inline.
    """

    name: str
    path: str
    body: type[BaseModel]
    answer: type[BaseModel]
    run: Callable[[Call, Any], BaseModel]
    images: int

    @property
    def max_body(self) -> int:
        """Bytes of the largest body."""
        return self.images * INLINE_IMAGE_BYTES
