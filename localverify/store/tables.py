"""The tables, and the numbered steps that lead from one version of the schema to the next.

A step is appended for every change and never edited afterwards: step n takes a database of version n - 1 to
version n. Opening never upgrades on its own; `localverify data upgrade` does, so that an operator can copy
the folder first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Step: TypeAlias = Callable[[sa.Connection], None]

metadata = sa.MetaData()

version = sa.Table("schema_version", metadata, sa.Column("number", sa.Integer, nullable=False))

keys = sa.Table(
    "keys",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("vendor", sa.Text, nullable=False),
    sa.Column("identifier", sa.Text, nullable=False),
    sa.Column("client", sa.Text, nullable=False),
    sa.Column("secrets", sa.JSON, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("revoked", sa.Float),
    sa.UniqueConstraint("vendor", "identifier"),
)

images = sa.Table(
    "images",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("vendor", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("metadata", sa.JSON, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Index("images_by_age", "vendor", "created"),
)

requests = sa.Table(
    "requests",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("vendor", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("client_request_id", sa.Text, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("inputs", sa.JSON, nullable=False),
    sa.Column("answer", sa.JSON, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("milliseconds", sa.Float, nullable=False),
    sa.Index("requests_by_client_request_id", "vendor", "owner", "client_request_id"),
    sa.Index("requests_by_age", "vendor", "created"),
)

chips = sa.Table(
    "chips",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("vendor", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("number_sha256", sa.Text, nullable=False),
    sa.Column("issue_date", sa.Text, nullable=False),
    sa.Column("sod_sha512", sa.Text, nullable=False),
    sa.Column("inputs", sa.JSON, nullable=False),
    sa.Column("card_image", sa.Text, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Index("chips_by_number", "vendor", "owner", "number_sha256"),
    sa.Index("chips_by_age", "vendor", "created"),
)

# Every table whose rows belong to a vendor and grow old.
AGING = (images, requests, chips)


def _first_tables(connection: sa.Connection) -> None:
    metadata.create_all(connection, tables=[keys, images, requests])


def _chips(connection: sa.Connection) -> None:
    metadata.create_all(connection, tables=[chips])


STEPS: Sequence[Step] = (_first_tables, _chips)
