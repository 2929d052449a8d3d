"""Whom to trust: certificates and revocation lists, with where each came from, in one SQLite file."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localverify.errors import InputError, NotReady

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FILE = "trust.sqlite3"
_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS trust (
    sha256 TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('certificate', 'crl')),
    der BLOB NOT NULL,
    subject TEXT NOT NULL,
    source TEXT NOT NULL,
    vouched_by TEXT NOT NULL,
    added_at TEXT NOT NULL
)
"""
_COLUMNS = "sha256, kind, der, subject, source, vouched_by, added_at"
# A command may wait this long for another one that is writing.
_WAIT_S = 10.0
# Eight hexadecimal digits tell a few hundred certificates apart.
SHORTEST_PREFIX = 8


@dataclass(frozen=True, slots=True)
class TrustEntry:
    """One thing that is trusted.

    Attributes:
        kind: ``certificate`` or ``crl``.
        der: the bytes.
        subject: whose it is, for people.
        source: the file that it came in.
        vouched_by: ``operator``, or who signed the list or the link that it came by.
        added_at: ISO 8601, UTC.
    """

    kind: str
    der: bytes
    subject: str
    source: str
    vouched_by: str
    added_at: str

    @property
    def sha256(self) -> str:
        """Hex digest of the bytes: the entry's id."""
        return hashlib.sha256(self.der).hexdigest()


class TrustStore:
    """The entries of one folder. Every change is one transaction; threads and processes may share the folder.

    Args:
        folder: made on the first change.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / FILE

    def entries(self) -> list[TrustEntry]:
        """Every entry, the oldest first; none when nothing was ever added.

        Raises:
            NotReady: the file is damaged, is no trust store, or is of a newer version.
        """
        if not self._path.is_file():
            return []
        with self._open() as connection:
            rows = connection.execute(f"SELECT {_COLUMNS} FROM trust ORDER BY rowid").fetchall()  # noqa: S608
        return [self._entry(row) for row in rows]

    def add(self, entries: Iterable[TrustEntry]) -> int:
        """Adds entries, all or none; those that are there already stay as they are.

        Returns:
            How many are new.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        rows = [
            (entry.sha256, entry.kind, entry.der, entry.subject, entry.source, entry.vouched_by, entry.added_at)
            for entry in entries
        ]
        with self._open() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            before = connection.total_changes
            connection.executemany(
                f"INSERT OR IGNORE INTO trust ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                rows,
            )
            return connection.total_changes - before

    def remove(self, name: str) -> int:
        """Removes the entry whose SHA-256 begins with `name`, or every entry that came in the file `name`.

        Returns:
            How many were removed.

        Raises:
            InputError: the digits fit more than one entry.
        """
        entries = self.entries()
        short = len(name) >= SHORTEST_PREFIX
        by_id = [entry for entry in entries if short and entry.sha256.startswith(name.lower())]
        if len(by_id) > 1:
            raise InputError(f"{name} fits {len(by_id)} entries; give more digits")
        chosen = by_id or [entry for entry in entries if entry.source == name]
        if chosen:
            with self._open() as connection, connection:
                connection.executemany("DELETE FROM trust WHERE sha256 = ?", [(entry.sha256,) for entry in chosen])
        return len(chosen)

    def version(self) -> tuple[int, int]:
        """A value that changes whenever the entries do."""
        try:
            status = self._path.stat()
        except OSError:
            return (0, 0)
        return (status.st_mtime_ns, status.st_size)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, timeout=_WAIT_S, isolation_level=None)) as connection:
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                if version > _SCHEMA_VERSION:
                    raise NotReady(f"{self._path} is of a newer version ({version}) than this localverify knows")
                if version == 0:
                    connection.execute(_SCHEMA)
                    connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
                yield connection
        except sqlite3.Error as error:
            raise NotReady(f"the trust store {self._path} cannot be used: {error}") from error

    def _entry(self, row: tuple[str, str, bytes, str, str, str, str]) -> TrustEntry:
        sha256, *values = row
        entry = TrustEntry(*values)  # type: ignore[arg-type]
        if entry.sha256 != sha256:
            raise NotReady(f"the trust store {self._path} is damaged: {sha256[:16]} is not what it was")
        return entry
