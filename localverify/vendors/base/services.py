"""What a vendor's routes may use. They run on the event loop and hand all work to threads."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from localverify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable
    from concurrent.futures import ThreadPoolExecutor

    from localverify.config import VendorSettings
    from localverify.store.store import Store
    from localverify.verifier import Verifier

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Services:
    """What the server gives to one vendor.

    Attributes:
        vendor: the vendor's name, which its rows carry.
        settings: the vendor's settings.
        verifier: every capability.
        store: keys, pictures and requests.
        allow: counts a request of a key; False when the key has spent its rate.
        compute: threads for seeing, as many as there are processors.
        disk: threads for what waits for a disk.
    """

    vendor: str
    settings: VendorSettings
    verifier: Verifier
    store: Store
    allow: Callable[[str], bool]
    compute: ThreadPoolExecutor
    disk: ThreadPoolExecutor

    async def on_compute(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Runs `function` on a thread for seeing."""
        return await asyncio.get_running_loop().run_in_executor(self.compute, partial(function, *arguments))

    async def on_disk(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Runs `function` on a thread for files and rows."""
        return await asyncio.get_running_loop().run_in_executor(self.disk, partial(function, *arguments))


async def read_body(stream: AsyncIterable[bytes], limit: int) -> bytes:
    """A request's body.

    Args:
        stream: the body in pieces.
        limit: most bytes that are accepted.

    Raises:
        InputError: with reason ``too_large``, as soon as there are more.
    """
    pieces: list[bytes] = []
    size = 0
    async for piece in stream:
        size += len(piece)
        if size > limit:
            raise InputError(f"the body has more than {limit} bytes", reason="too_large")
        pieces.append(piece)
    return b"".join(pieces)
