"""One SQLite file in write-ahead mode: readers never wait, writers take turns.

Every driver error leaves here as one of localverify's own: a locked database is `Busy`, a full disk or a
file that is no database is `NotReady`. A transaction that fails leaves nothing behind.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from localverify.errors import Busy, LocalVerifyError, NotReady
from localverify.store import tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = "localverify.db"
# How long a writer of another process (a purge, say) may hold the file before a write is given up.
LOCK_WAIT_S = 5.0


class Database:
    """An open database.

    Args:
        path: the file; made, readable by its owner alone, when it is missing.
        durable: wait for the disk at every commit.

    Raises:
        NotReady: the file cannot be opened.
    """

    def __init__(self, path: Path, durable: bool = False) -> None:
        self.path = path
        self._durable = durable
        self._turn = threading.Lock()
        _make_private(path)
        self._engine = sa.create_engine(
            f"sqlite:///{path}", pool_size=16, max_overflow=16, connect_args={"timeout": LOCK_WAIT_S}
        )
        sa.event.listen(self._engine, "connect", self._configure)
        sa.event.listen(self._engine, "begin", _begin)
        self._writer = self._engine.execution_options(immediate=True)

    def prepare(self) -> None:
        """Makes the tables of a new database, and refuses one of another schema.

        Raises:
            NotReady: its schema is older or newer than this program's, or it is no database.
        """
        with self.read() as connection:
            present = sa.inspect(connection).get_table_names()
            found = _version(connection) if tables.version.name in present else 0
        if not present:
            _, found = self.upgrade()
        if found > len(tables.STEPS):
            raise _newer(found)
        if found < len(tables.STEPS):
            raise NotReady(
                f"{self.path} has schema {found}, this localverify needs {len(tables.STEPS)}: "
                f"copy the folder, then run `localverify data upgrade --data {self.path.parent}`",
                reason="schema_too_old",
            )

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that sees one state of the database.

        Raises:
            NotReady: the database cannot be read.
        """
        with _own_errors(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction: all of it is kept, or nothing.

        Raises:
            Busy: another process holds the database.
            NotReady: the disk is full or cannot be written.
        """
        with _own_errors(), self._turn, self._writer.begin() as connection:
            yield connection

    def upgrade(self) -> tuple[int, int]:
        """Runs the steps that the database lacks, all of them or none.

        Returns:
            The version before and after.

        Raises:
            NotReady: the schema is newer than this program's.
        """
        with self.write() as connection:
            tables.version.create(connection, checkfirst=True)
            before = _version(connection)
            if before > len(tables.STEPS):
                raise _newer(before)
            for step in tables.STEPS[before:]:
                step(connection)
            connection.execute(sa.delete(tables.version))
            connection.execute(sa.insert(tables.version).values(number=len(tables.STEPS)))
        return before, len(tables.STEPS)

    def shrink(self) -> None:
        """Gives the space of deleted rows back and empties the write-ahead log."""
        with _own_errors(), self._turn, self._engine.connect() as connection:
            raw: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
            raw.execute("VACUUM")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Closes every connection."""
        self._engine.dispose()

    def _configure(self, connection: sqlite3.Connection, _record: object) -> None:
        # Transactions are begun by _begin: the driver's own would start too late for a read before a write.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={'FULL' if self._durable else 'NORMAL'}")
        # Deleted rows hold personal data: they are overwritten, not only unlinked.
        connection.execute("PRAGMA secure_delete=ON")


def _make_private(path: Path) -> None:
    """Creates an empty file with mode 0600 unless there is one; the write-ahead log takes its mode from it."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise NotReady(f"cannot open the database {path}: {error.strerror}") from error


def _begin(connection: sa.Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _version(connection: sa.Connection) -> int:
    return connection.execute(sa.select(tables.version.c.number)).scalar() or 0


def _newer(found: int) -> NotReady:
    return NotReady(
        f"the database has schema {found}, this localverify knows up to {len(tables.STEPS)}: use a newer localverify",
        reason="schema_too_new",
    )


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise _translated(error.orig) from error
    except sa.exc.TimeoutError as error:
        raise Busy("no connection to the database came free", reason="database_busy") from error
    except sqlite3.Error as error:
        raise _translated(error) from error


def _translated(error: Any) -> LocalVerifyError:  # noqa: ANN401 - the driver's error, which has no type of its own
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return Busy("another process holds the database", reason="database_locked")
    if code == sqlite3.SQLITE_FULL:
        return NotReady("the disk of the data folder is full", reason="storage_full")
    return NotReady(f"the database cannot be used: {error}", reason="storage_failed")
