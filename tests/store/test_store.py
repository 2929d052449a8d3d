"""Rows and files together."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING

import pytest

from localverify.errors import Conflict, NotFound, NotReady
from localverify.store.records import RequestRecord, StoredImage, VerifiedChip
from localverify.store.retention import purge, statistics
from localverify.store.store import Store, sha256_of

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400


@pytest.fixture
def store(tmp_path: Path):
    opened = Store(tmp_path / "data")
    yield opened
    opened.close()


def image_of(data: bytes, vendor: str = "one", owner: str = "client", created: float = 0.0):
    return StoredImage(
        str(uuid.uuid4()), vendor, owner, "portrait", {"n": 1}, "image/jpeg", sha256_of(data), len(data), created
    )


def request_of(request_id: str, vendor: str = "one", created: float = 0.0, client_request_id: str = "mine"):
    return RequestRecord(
        request_id, vendor, "client", "key", "upload", client_request_id, 200, [{"id": "x"}], {"data": {}}, created, 1.5
    )


def chip_of(vendor: str = "one", owner: str = "client", created: float = 0.0, issue_date: str = "01/03/2024"):
    return VerifiedChip(vendor, owner, "a" * 64, issue_date, "b" * 128, ["dg1", "dg13"], "", created)


def test_the_newest_verified_chip_of_a_number_is_found_by_its_client_alone(store: Store):
    newer = chip_of(created=2.0, issue_date="02/03/2025")
    store.add_images([], chips=[newer, chip_of(created=1.0), chip_of(owner="another")])
    assert store.find_chip("one", "client", "a" * 64) == newer
    assert store.find_chip("one", "client", "a" * 64, "01/03/2024") == chip_of(created=1.0)
    assert store.find_chip("one", "client", "a" * 64, "09/09/1999") is None
    assert store.find_chip("one", "stranger", "a" * 64) is None
    assert store.find_chip("two", "client", "a" * 64) is None


def test_a_key_is_found_until_it_is_revoked(store: Store):
    key = store.add_key("one", "abcdef", "client", {"secret": "s"})
    assert store.find_key("one", "abcdef") == key
    store.revoke_key("one", "abcdef")
    assert store.find_key("one", "abcdef") is None
    assert [found.revoked is not None for found in store.list_keys()] == [True]


def test_a_key_belongs_to_one_vendor(store: Store):
    store.add_key("one", "abcdef", "client", {})
    assert store.find_key("two", "abcdef") is None


def test_a_beginning_names_a_key_when_it_is_the_only_one(store: Store):
    store.add_key("one", "abc1", "client", {})
    store.add_key("one", "abd2", "client", {})
    with pytest.raises(Conflict):
        store.revoke_key("one", "ab")
    assert store.revoke_key("one", "abc").identifier == "abc1"
    with pytest.raises(NotFound):
        store.revoke_key("one", "abc")


def test_secrets_do_not_show_when_a_key_is_printed(store: Store):
    assert "very-secret" not in repr(store.add_key("one", "abc", "client", {"secret": "very-secret"}))


def test_a_key_made_by_another_process_is_valid_at_once(store: Store, tmp_path: Path):
    other = Store(tmp_path / "data")
    other.add_key("one", "abc", "client", {})
    assert store.find_key("one", "abc")
    other.close()


def test_an_image_is_its_owners_alone(store: Store):
    image = image_of(b"1")
    store.add_images([(image, b"1")])
    assert store.find_image("one", "client", image.id) == image
    for vendor, owner in (("one", "another"), ("two", "client")):
        with pytest.raises(NotFound):
            store.find_image(vendor, owner, image.id)


def test_images_and_their_request_are_kept_together_or_not_at_all(store: Store):
    store.add_request(request_of("r1"))
    image = image_of(b"1")
    with pytest.raises(NotReady):
        store.add_images([(image, b"1")], request_of("r1"))
    with pytest.raises(NotFound):
        store.find_image("one", "client", image.id)


def test_requests_are_found_by_the_clients_id_newest_first(store: Store):
    for number in range(3):
        store.add_request(request_of(f"r{number}", created=float(number)))
    store.add_request(request_of("other", client_request_id="another"))
    assert [found.id for found in store.find_requests("one", "client", "mine", 2)] == ["r2", "r1"]


def test_a_purge_deletes_what_is_older_than_each_vendors_retention(store: Store):
    now = 100 * DAY
    for vendor in ("short", "long", "forever"):
        for age in (1, 20, 90):
            data = f"{vendor} {age}".encode()
            image = image_of(data, vendor, created=now - age * DAY)
            chip = chip_of(vendor, created=now - age * DAY)
            store.add_images([(image, data)], request_of(f"{vendor}{age}", vendor, now - age * DAY), [chip])
    days = {"short": 10, "long": 30, "forever": 0}
    purged = purge(store, days.__getitem__, now)
    assert purged.rows == {"images": 3, "requests": 3, "chips": 3}
    assert (purged.files, purged.bytes) == (3, len(b"short 20") + len(b"short 90") + len(b"long 90"))
    left = statistics(store)
    assert left["images"] == left["requests"] == left["chips"] == {"short": 1, "long": 2, "forever": 3}
    assert left["blobs"]["files"] == 6


def test_a_purge_keeps_a_file_that_another_row_needs(store: Store):
    store.add_images([(image_of(b"same", created=0.0), b"same"), (image_of(b"same", created=99.5 * DAY), b"same")])
    purged = purge(store, lambda _vendor: 1, 100 * DAY)
    assert (purged.rows["images"], purged.files) == (1, 0)
    assert store.blobs.get(sha256_of(b"same")) == b"same"


def test_a_purge_removes_what_a_killed_process_left(store: Store, tmp_path: Path):
    store.blobs.put(sha256_of(b"orphan"), b"orphan")
    half = tmp_path / "data" / "blobs" / "ab" / ".half"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half")
    assert purge(store, lambda _vendor: 1).files == 1
    assert half.exists()
    assert purge(store, lambda _vendor: 1, half.stat().st_mtime + 2 * 3600).files == 1
    assert not half.exists()


def test_purged_rows_are_gone_from_the_file_itself(store: Store, tmp_path: Path):
    request = request_of("r1", client_request_id="needle-in-the-haystack")
    store.add_request(request)
    purge(store, lambda _vendor: 1)
    store.close()
    for path in (tmp_path / "data").glob("localverify.db*"):
        assert b"needle-in-the-haystack" not in path.read_bytes()


def test_an_upload_during_purges_never_loses_its_file(store: Store, tmp_path: Path):
    """Old rows with the same content go away all the time; the new row's file must stay."""
    stop = threading.Event()
    other = Store(tmp_path / "data")

    def keep_purging() -> None:
        while not stop.is_set():
            purge(other, lambda _vendor: 1)

    worker = threading.Thread(target=keep_purging)
    worker.start()
    try:
        for number in range(30):
            store.add_images([(image_of(b"same", created=0.0), b"same")])
            fresh = image_of(b"same", created=1e12 + number)
            store.add_images([(fresh, b"same")])
            assert store.blobs.get(fresh.sha256) == b"same"
            with store.database.write() as connection:
                connection.exec_driver_sql("DELETE FROM images")
    finally:
        stop.set()
        worker.join()
        other.close()
