"""Filling the trust store: what each file holds, who vouches for it, and why something was passed over."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from localverify.documents.pki.anchors import TrustAnchors
from localverify.documents.pki.certificates import Certificate, encoded_items, parse_certificate
from localverify.documents.pki.crls import parse_crl
from localverify.documents.pki.master_lists import (
    MAX_BYTES,
    read_certificates,
)
from localverify.errors import InputError
from localverify.verify.trust_intake import Intake

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from localverify.store.trust import TrustStore

_SUFFIXES = {".ml", ".mls", ".cer", ".crt", ".der", ".pem", ".crl"}


@dataclass(frozen=True, slots=True)
class Added:
    """What became of some files.

    Attributes:
        new: entries that were not there before.
        known: entries that were.
        passed_over: one line for everything that was not taken, with the reason.
    """

    new: int
    known: int
    passed_over: tuple[str, ...]


class TrustVerb:
    """Adds to one trust store, and reads it.

    Args:
        store: where the entries are kept.
    """

    def __init__(self, store: TrustStore) -> None:
        self._store = store

    def anchors(self) -> TrustAnchors:
        """Everything that is trusted, ready to verify with.

        Raises:
            NotReady: the store is damaged.
        """
        entries = self._store.entries()
        certificates, _ = read_certificates([entry.der for entry in entries if entry.kind == "certificate"])
        return TrustAnchors(certificates, [parse_crl(entry.der) for entry in entries if entry.kind == "crl"])

    def add(self, files: Sequence[Path], root: Path | None = None, moment: datetime | None = None) -> Added:
        """Adds master lists, certificates and revocation lists; bad ones are passed over and told.

        An authority's own certificate goes in on the operator's word, once its signature over itself holds;
        the certificates of a master list on the word of the list's signer; a link certificate and a revocation
        list when an authority that is trusted signed it.

        Args:
            files: files, or folders whose files are taken.
            root: the authority at which every master list's signer has to end; None takes the one that the
                list brings, so that it is the operator's word that the list is genuine.
            moment: the time to verify at; None is now.

        Raises:
            InputError: a file or folder cannot be read, or `root` is no certificate.
        """
        moment = moment or datetime.now(UTC)
        trusted = [parse_certificate(entry.der) for entry in self._store.entries() if entry.kind == "certificate"]
        intake = Intake(read_roots(root), moment)
        for path in _expand(files):
            intake.take(read_file(path), path.name)
        intake.settle(trusted)
        new = self._store.add(intake.entries)
        return Added(new, len(intake.entries) - new, tuple(intake.passed_over))


class CurrentAnchors:
    """The anchors of a store, read again whenever the store has changed; threads may share one.

    Args:
        store: may be filled and changed by another process.
    """

    def __init__(self, store: TrustStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._version: tuple[int, int] | None = None
        self._anchors = TrustAnchors()

    def get(self) -> TrustAnchors:
        """The anchors as the store is now.

        Raises:
            NotReady: the store is damaged.
        """
        with self._lock:
            version = self._store.version()
            if version != self._version:
                self._anchors, self._version = TrustVerb(self._store).anchors(), version
            return self._anchors


def load_anchors(files: Sequence[Path], moment: datetime | None = None) -> tuple[TrustAnchors, tuple[str, ...]]:
    """Anchors straight from files, for one verification; nothing is kept. Rules and errors as `TrustVerb.add`.

    Returns:
        The anchors, and a line for everything that was passed over.
    """
    intake = Intake([], moment or datetime.now(UTC))
    for path in _expand(files):
        intake.take(read_file(path), path.name)
    intake.settle([])
    return TrustAnchors(intake.accepted, intake.accepted_crls), tuple(intake.passed_over)


def read_roots(root: Path | None) -> list[Certificate]:
    """The certificates of a root file; none for None.

    Raises:
        InputError: the file cannot be read or holds no certificate.
    """
    return [parse_certificate(der) for der in encoded_items(read_file(root))] if root else []


def read_file(path: Path) -> bytes:
    """A file's bytes.

    Raises:
        InputError: it cannot be read, or is larger than any master list.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path} is over the limit of {MAX_BYTES} bytes", reason="too_large")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", reason="unreadable") from error


def _expand(files: Sequence[Path]) -> Iterator[Path]:
    for path in files:
        if not path.is_dir():
            yield path
            continue
        yield from (item for item in sorted(path.rglob("*")) if item.suffix.lower() in _SUFFIXES and item.is_file())
