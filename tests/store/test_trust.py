"""The trust store's file."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from localverify.errors import InputError, NotReady
from localverify.store.trust import FILE, TrustEntry, TrustStore


def entry(der=b"certificate", source="list.ml"):
    return TrustEntry("certificate", der, "UT, CSCA", source, "operator", "2026-11-23T12:00:00+00:00")


def test_what_was_added_is_there_for_the_next_process(tmp_path):
    assert TrustStore(tmp_path / "trust").add([entry(b"a"), entry(b"b")]) == 2
    assert TrustStore(tmp_path / "trust").entries() == [entry(b"a"), entry(b"b")]


def test_an_entry_is_added_once(tmp_path):
    store = TrustStore(tmp_path)
    assert store.add([entry()]) == 1
    assert store.add([entry(source="again.ml"), entry(b"new")]) == 1
    assert [item.source for item in store.entries()] == ["list.ml", "list.ml"]


def test_entries_are_removed_by_id_or_by_file(tmp_path):
    store = TrustStore(tmp_path)
    store.add([entry(b"a"), entry(b"b"), entry(b"c", "other.cer")])
    assert store.remove(entry(b"a").sha256[:12].upper()) == 1
    assert store.remove("list.ml") == 1
    assert store.remove("list.ml") == 0
    assert store.remove("abc") == 0
    assert [item.der for item in store.entries()] == [b"c"]


def test_an_id_that_fits_several_is_refused(tmp_path, monkeypatch):
    store = TrustStore(tmp_path)
    store.add([entry(b"a"), entry(b"b")])
    monkeypatch.setattr("localverify.store.trust.SHORTEST_PREFIX", 0)
    with pytest.raises(InputError, match="fits 2 entries"):
        store.remove("")


def test_the_version_changes_with_the_entries(tmp_path):
    store = TrustStore(tmp_path)
    versions = [store.version()]
    store.add([entry(bytes(9000))])
    versions.append(store.version())
    store.remove("list.ml")
    versions.append(store.version())
    assert len(set(versions)) == 3


def test_many_writers_lose_nothing(tmp_path):
    stores = [TrustStore(tmp_path) for _ in range(4)]
    stores[0].add([])

    def write(number):
        for item in range(10):
            stores[number].add([entry(f"{number} {item}".encode())])

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stores[0].entries()) == 40


def test_a_file_that_is_no_store_is_told(tmp_path):
    (tmp_path / FILE).write_bytes(b"something else, and long enough to be looked at as a database file" * 20)
    with pytest.raises(NotReady, match="cannot be used"):
        TrustStore(tmp_path).entries()


def test_a_newer_store_is_left_alone(tmp_path):
    TrustStore(tmp_path).add([entry()])
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(NotReady, match="newer version"):
        TrustStore(tmp_path).add([entry(b"x")])


def test_changed_bytes_are_told(tmp_path):
    TrustStore(tmp_path).add([entry()])
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE trust SET der = ?", (b"forged",))
    connection.close()
    with pytest.raises(NotReady, match="damaged"):
        TrustStore(tmp_path).entries()
