"""The database: versions, transactions, and what goes wrong with files."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from localverify.errors import Busy, NotReady
from localverify.store import database, tables
from localverify.store.database import Database

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def opened(tmp_path: Path):
    found = Database(tmp_path / "localverify.db")
    found.prepare()
    yield found
    found.close()


def count_keys(opened: Database):
    with opened.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(tables.keys)).scalar_one()


def insert_key(connection: sa.Connection, identifier: str = "a"):
    row = {"vendor": "v", "identifier": identifier, "client": "c", "secrets": {}, "created": 1.0}
    connection.execute(sa.insert(tables.keys).values(**row))


def test_only_the_owner_can_read_the_file(opened: Database):
    assert stat.S_IMODE(opened.path.stat().st_mode) == 0o600


def test_a_transaction_that_fails_leaves_nothing(opened: Database):
    with pytest.raises(ZeroDivisionError), opened.write() as connection:
        insert_key(connection)
        raise ZeroDivisionError
    assert count_keys(opened) == 0


def test_a_newer_schema_is_refused(opened: Database):
    with opened.write() as connection:
        connection.execute(sa.update(tables.version).values(number=999))
    with pytest.raises(NotReady, match="use a newer localverify") as caught:
        Database(opened.path).prepare()
    assert caught.value.reason == "schema_too_new"


def test_an_older_schema_is_refused_until_it_is_upgraded(opened: Database, monkeypatch: pytest.MonkeyPatch):
    with opened.write() as connection:
        insert_key(connection)

    def add_column(connection: sa.Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE keys ADD COLUMN note TEXT")

    monkeypatch.setattr(tables, "STEPS", (*tables.STEPS, add_column))
    newer = Database(opened.path)
    with pytest.raises(NotReady, match="localverify data upgrade") as caught:
        newer.prepare()
    assert caught.value.reason == "schema_too_old"
    assert newer.upgrade() == (2, 3)
    newer.prepare()
    assert count_keys(newer) == 1
    newer.close()


def test_an_upgrade_that_fails_changes_nothing(opened: Database, monkeypatch: pytest.MonkeyPatch):
    def broken(connection: sa.Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE keys ADD COLUMN note TEXT")
        raise NotReady("half way")

    with monkeypatch.context() as patch:
        patch.setattr(tables, "STEPS", (*tables.STEPS, broken))
        with pytest.raises(NotReady, match="half way"):
            opened.upgrade()
    opened.prepare()
    with opened.read() as connection:
        assert "note" not in {column["name"] for column in sa.inspect(connection).get_columns("keys")}


def test_a_file_that_is_no_database_is_refused(tmp_path: Path):
    path = tmp_path / "localverify.db"
    path.write_bytes(b"this is not a database " * 100)
    with pytest.raises(NotReady) as caught:
        Database(path).prepare()
    assert caught.value.reason == "storage_failed"


def test_a_database_that_another_process_holds_is_busy(opened: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(database, "LOCK_WAIT_S", 0.05)
    second = Database(opened.path)
    holder = sqlite3.connect(opened.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy) as caught, second.write():
        pytest.fail("the lock was not respected")
    assert caught.value.reason == "database_locked"
    assert count_keys(second) == 0
    holder.rollback()
    with second.write() as connection:
        insert_key(connection)
    assert count_keys(opened) == 1
    holder.close()
    second.close()


def test_a_full_disk_is_said_and_nothing_is_half_written(tmp_path: Path):
    """The limit on the size of files stands for the disk's end; the write fails in the same call."""
    script = textwrap.dedent(
        """
        import resource, signal, sys
        from pathlib import Path
        from localverify.errors import NotReady
        from localverify.store.store import Store
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        store = Store(Path(sys.argv[1]))
        store.add_key("v", "kept", "c", {})
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
        kept = 1
        try:
            for number in range(100):
                store.add_key("v", str(number), "c", {"secret": "x" * 50_000})
                kept += 1
        except NotReady as error:
            print(error.reason)
        print(len(store.list_keys()) - kept)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        store.add_key("v", "after", "c", {})
        print(len(store.list_keys()) - kept)
        """
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)  # noqa: S603 - fixed arguments
    reason, lost, afterwards = done.stdout.split()
    assert reason in {"storage_full", "storage_failed"}
    assert (lost, afterwards) == ("0", "1")
