"""The store: rows and files of one data folder, read and written together."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from localverify.errors import Conflict, NotFound, NotReady
from localverify.store import tables
from localverify.store.blobs import Blobs
from localverify.store.database import FILE, Database
from localverify.store.records import Key, RequestRecord, StoredImage, VerifiedChip, row_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Built once: building a statement takes longer than running it, and these run for every request.
_ADD_IMAGE = sa.insert(tables.images)
_ADD_CHIP = sa.insert(tables.chips)
_ADD_REQUEST = sa.insert(tables.requests)
_FIND_KEY = sa.select(tables.keys).where(
    tables.keys.c.vendor == sa.bindparam("vendor"),
    tables.keys.c.identifier == sa.bindparam("identifier"),
    tables.keys.c.revoked.is_(None),
)
_FIND_IMAGE = sa.select(tables.images).where(
    tables.images.c.id == sa.bindparam("id"),
    tables.images.c.vendor == sa.bindparam("vendor"),
    tables.images.c.owner == sa.bindparam("owner"),
)


class Store:
    """Everything in one data folder; threads may share one, and so may processes.

    Args:
        folder: made, readable by its owner alone, when it is missing.
        durable: wait for the disk at every write.

    Raises:
        NotReady: the folder cannot be used, or its schema is older or newer than this program's.
    """

    def __init__(self, folder: Path | str, durable: bool = False) -> None:
        self.folder = Path(folder)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise NotReady(f"cannot use the data folder {self.folder}: {error.strerror}") from error
        self.database = Database(self.folder / FILE, durable)
        self.database.prepare()
        self.blobs = Blobs(self.folder / "blobs", durable)

    def close(self) -> None:
        """Closes the database."""
        self.database.close()

    def check(self) -> None:
        """Looks for the file, which somebody may have deleted under an open database, and reads one row.

        Raises:
            NotReady: the database is gone or cannot be read.
        """
        if not self.database.path.exists():
            raise NotReady("the database's file is gone", reason="storage_gone")
        with self.database.read() as connection:
            connection.execute(sa.select(tables.version.c.number)).scalar_one()

    def add_key(self, vendor: str, identifier: str, client: str, secrets: Mapping[str, str]) -> Key:
        """Keeps new credentials; every process on this folder accepts them at once."""
        key = Key(vendor, identifier, client, secrets, created=time.time())
        with self.database.write() as connection:
            connection.execute(sa.insert(tables.keys), row_of(key))
        return key

    def find_key(self, vendor: str, identifier: str) -> Key | None:
        """A key that was not revoked, or None."""
        with self.database.read() as connection:
            row = connection.execute(_FIND_KEY, {"vendor": vendor, "identifier": identifier}).mappings().first()
        return _key(row) if row else None

    def list_keys(self) -> list[Key]:
        """Every key, revoked ones too, oldest first."""
        with self.database.read() as connection:
            rows = connection.execute(sa.select(tables.keys).order_by(tables.keys.c.id)).mappings().all()
        return [_key(row) for row in rows]

    def revoke_key(self, vendor: str, beginning: str) -> Key:
        """Ends a key at once; what was stored with it stays until the purge.

        Args:
            vendor: whose key.
            beginning: the identifier, or so much of it that only one key begins with it.

        Raises:
            NotFound: no valid key begins so.
            Conflict: several do.
        """
        valid = sa.and_(
            tables.keys.c.vendor == vendor,
            tables.keys.c.identifier.startswith(beginning, autoescape=True),
            tables.keys.c.revoked.is_(None),
        )
        with self.database.write() as connection:
            rows = connection.execute(sa.select(tables.keys).where(valid)).mappings().all()
            if not rows:
                raise NotFound(f"no valid key of {vendor} begins with {beginning}")
            if len(rows) > 1:
                raise Conflict(f"{len(rows)} keys of {vendor} begin with {beginning}: give more of it")
            connection.execute(sa.update(tables.keys).where(valid).values(revoked=time.time()))
        return _key(rows[0])

    def add_images(
        self,
        pictures: Sequence[tuple[StoredImage, bytes]],
        request: RequestRecord | None = None,
        chips: Sequence[VerifiedChip] = (),
    ) -> None:
        """Keeps pictures and chips, and the request that brought them, all together or not at all.

        Raises:
            Busy: another process holds the database.
            NotReady: the disk is full or cannot be written.
        """
        for image, data in pictures:
            self.blobs.put(image.sha256, data)
        with self.database.write() as connection:
            for image, data in pictures:
                # A purge of another process may have removed the file between put and this transaction;
                # now that the write lock is held it cannot any more.
                self.blobs.put(image.sha256, data)
                connection.execute(_ADD_IMAGE, row_of(image))
            for chip in chips:
                connection.execute(_ADD_CHIP, row_of(chip))
            if request:
                connection.execute(_ADD_REQUEST, row_of(request))

    def find_chip(self, vendor: str, owner: str, number_sha256: str, issue_date: str = "") -> VerifiedChip | None:
        """The newest chip of that number that the client had verified; of that day of issue, when it is given."""
        found = tables.chips.c
        wanted = sa.select(tables.chips).where(
            found.vendor == vendor, found.owner == owner, found.number_sha256 == number_sha256
        )
        if issue_date:
            wanted = wanted.where(found.issue_date == issue_date)
        with self.database.read() as connection:
            row = connection.execute(wanted.order_by(found.created.desc(), found.id.desc())).mappings().first()
        return VerifiedChip(**{name: value for name, value in row.items() if name != "id"}) if row else None

    def find_image(self, vendor: str, owner: str, image_id: str) -> StoredImage:
        """A picture of one client.

        Raises:
            NotFound: there is none of that id, or it is another client's.
        """
        wanted = {"id": image_id, "vendor": vendor, "owner": owner}
        with self.database.read() as connection:
            row = connection.execute(_FIND_IMAGE, wanted).mappings().first()
        if row is None:
            raise NotFound(f"no image {image_id}")
        return StoredImage(**row)

    def add_request(self, request: RequestRecord) -> None:
        """Keeps the record of an answered request."""
        with self.database.write() as connection:
            connection.execute(_ADD_REQUEST, row_of(request))

    def find_requests(self, vendor: str, owner: str, client_request_id: str, most: int) -> list[RequestRecord]:
        """The client's requests that carry an id of its own, newest first."""
        found = tables.requests.c
        wanted = (
            sa.select(tables.requests)
            .where(found.vendor == vendor, found.owner == owner, found.client_request_id == client_request_id)
            .order_by(found.created.desc())
            .limit(most)
        )
        with self.database.read() as connection:
            return [RequestRecord(**row) for row in connection.execute(wanted).mappings()]


def _key(row: sa.RowMapping) -> Key:
    return Key(**{name: value for name, value in row.items() if name != "id"})


def sha256_of(data: bytes) -> str:
    """Hex digest under which the blobs keep `data`."""
    return hashlib.sha256(data).hexdigest()
