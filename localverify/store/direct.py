"""Writing large files past the page cache.

Pictures are written once and read seldom. Past the cache 2 MB take 2 ms and a quarter of a millisecond of the
processor; through it 0.7 ms of the processor at best, and 6 to 8 ms on a virtual machine whose memory was not
touched before, which halves the uploads a second. File systems that cannot do it (tmpfs, some network ones)
are written through the cache.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Direct writes need addresses, lengths and offsets in multiples of the disk's block; 4096 suits every disk.
_BLOCK = 4096
_BUFFER_BYTES = 1024 * 1024
_DIRECT = getattr(os, "O_DIRECT", 0)

_thread = threading.local()


def write_all(handle: int, data: bytes) -> None:
    """Writes `data` to an empty file.

    Args:
        handle: open for writing, at offset 0.
        data: any length.

    Raises:
        OSError: the disk is full or failed; part of `data` may have been written.
    """
    view = memoryview(data)
    blocks = len(view) - len(view) % _BLOCK
    written = 0
    if blocks >= _BUFFER_BYTES:
        with _direct(handle) as possible:
            if possible:
                written = _write_blocks(handle, view[:blocks])
    while written < len(view):
        written += os.write(handle, view[written:])


@contextmanager
def _direct(handle: int) -> Iterator[bool]:
    """Switches direct writing on; False where the system or the file system has none."""
    flags = fcntl.fcntl(handle, fcntl.F_GETFL)
    try:
        fcntl.fcntl(handle, fcntl.F_SETFL, flags | _DIRECT)
    except OSError:
        yield False
        return
    yield bool(_DIRECT)
    fcntl.fcntl(handle, fcntl.F_SETFL, flags)


def _write_blocks(handle: int, view: memoryview) -> int:
    """Copies block after block into aligned memory and writes it; returns the bytes written.

    It may end early, at a write that was not whole: the caller goes on through the cache.
    """
    buffer = _aligned_buffer()
    written = 0
    while written < len(view):
        part = view[written : written + _BUFFER_BYTES]
        buffer[: len(part)] = part
        done = os.write(handle, buffer[: len(part)])
        written += done
        if done < len(part):
            break
    return written


def _aligned_buffer() -> memoryview:
    """A page-aligned buffer, one a thread and reused: fresh memory costs more than the write."""
    if not hasattr(_thread, "buffer"):
        _thread.buffer = memoryview(mmap.mmap(-1, _BUFFER_BYTES))
    found: memoryview = _thread.buffer
    return found
