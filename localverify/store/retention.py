"""Deleting what is old, really: rows are overwritten, files that nobody refers to are removed."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from localverify.store import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from localverify.store.store import Store

_DAY_S = 86_400
# A half-written file may belong to a writer that is still alive: it is left alone for this long.
_GRACE_S = 3600


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge deleted.

    Attributes:
        rows: by table name.
        files: number of blobs.
        bytes: of those blobs.
    """

    rows: dict[str, int]
    files: int
    bytes: int


def purge(store: Store, retention_days: Callable[[str], int], now: float | None = None) -> Purged:
    """Deletes each vendor's rows that are older than its retention, then files without a row.

    Rows go first, in one transaction; a purge that is killed in between leaves files that the next one finds.

    Args:
        store: what to purge.
        retention_days: days for a vendor's name; 0 keeps all.
        now: seconds since 1970; None is the present.

    Raises:
        Busy: another process holds the database.
    """
    moment = time.time() if now is None else now
    rows = dict.fromkeys((table.name for table in tables.AGING), 0)
    with store.database.write() as connection:
        for table in tables.AGING:
            for vendor in connection.execute(sa.select(table.c.vendor).distinct()).scalars().all():
                days = retention_days(vendor)
                if days:
                    old = sa.and_(table.c.vendor == vendor, table.c.created < moment - days * _DAY_S)
                    rows[table.name] += connection.execute(sa.delete(table).where(old)).rowcount
    files, size = _remove_unreferenced(store, moment)
    if any(rows.values()):
        store.database.shrink()
    return Purged(rows, files, size)


def _remove_unreferenced(store: Store, moment: float) -> tuple[int, int]:
    files = size = 0
    # The write lock is held while files go, so no upload can count on a file that is about to go.
    with store.database.write() as connection:
        kept = set(connection.execute(sa.select(tables.images.c.sha256).distinct()).scalars())
        for digest in store.blobs.digests():
            if digest not in kept:
                size += store.blobs.delete(digest)
                files += 1
    for path in store.blobs.unfinished():
        # An upload that is under way takes its file's temporary name away at any moment.
        with suppress(FileNotFoundError):
            status = path.stat()
            if status.st_mtime < moment - _GRACE_S:
                path.unlink()
                size += status.st_size
                files += 1
    return files, size


def statistics(store: Store) -> dict[str, dict[str, int]]:
    """Rows by table and vendor, and the blobs with their bytes."""
    found: dict[str, dict[str, int]] = {}
    with store.database.read() as connection:
        for table in (tables.keys, *tables.AGING):
            counted = sa.select(table.c.vendor, sa.func.count().label("number")).group_by(table.c.vendor)
            found[table.name] = {row.vendor: row.number for row in connection.execute(counted)}
    files, size = store.blobs.size()
    found["blobs"] = {"files": files, "bytes": size}
    return found
