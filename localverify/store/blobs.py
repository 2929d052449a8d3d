"""Files named by the sha256 of their content: the same picture twice is kept once."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from localverify.errors import NotFound, NotReady
from localverify.store.direct import write_all

if TYPE_CHECKING:
    from collections.abc import Iterator

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Blobs:
    """A folder of files, each under the first two digits of its digest.

    A file appears whole or not at all: it is written beside its place and renamed.

    Args:
        folder: made when it is missing.
        durable: wait for the disk, so that a file survives a power cut and not only a killed process.
    """

    def __init__(self, folder: Path, durable: bool = False) -> None:
        self._folder = folder
        self._durable = durable

    def put(self, sha256: str, data: bytes) -> None:
        """Keeps `data` under its digest.

        Args:
            sha256: hex digest of `data`.
            data: the content.

        Raises:
            NotReady: the disk is full or cannot be written; nothing is left behind.
        """
        path = self._path(sha256)
        if path.exists():
            return
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(path, data)
        except OSError as error:
            raise _storage_error(error) from error

    def get(self, sha256: str) -> bytes:
        """The content.

        Raises:
            NotFound: there is none under that digest.
            NotReady: the disk cannot be read.
        """
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotFound("the stored file is gone") from error
        except OSError as error:
            raise _storage_error(error) from error

    def delete(self, sha256: str) -> int:
        """Deletes the content and returns its size in bytes."""
        path = self._path(sha256)
        size = path.stat().st_size
        path.unlink()
        return size

    def digests(self) -> Iterator[str]:
        """The digest of every file that is kept."""
        return (path.name for path in self._folder.glob("??/*") if not path.name.startswith("."))

    def unfinished(self) -> Iterator[Path]:
        """What a killed process left half written."""
        return self._folder.glob("??/.*")

    def size(self) -> tuple[int, int]:
        """Number of files and their bytes."""
        sizes: list[int] = []
        for path in self._folder.glob("??/*"):
            # A purge or an upload may take the name away between the listing and the look.
            with suppress(FileNotFoundError):
                sizes.append(path.stat().st_size)
        return len(sizes), sum(sizes)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _write(self, path: Path, data: bytes) -> None:
        # mkstemp opens with mode 0600. A dot leads the name, so that no reader takes it for a file.
        handle, temporary = tempfile.mkstemp(prefix=".", dir=path.parent)
        try:
            try:
                write_all(handle, data)
                if self._durable:
                    os.fsync(handle)
            finally:
                os.close(handle)
            Path(temporary).replace(path)
        except OSError:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
        if self._durable:
            _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Makes a rename in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _storage_error(error: OSError) -> NotReady:
    if error.errno in _FULL:
        return NotReady("the disk of the data folder is full", reason="storage_full")
    return NotReady(f"the data folder cannot be used: {error.strerror}", reason="storage_failed")
