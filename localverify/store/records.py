"""The frozen rows: keys, images, requests, chips. Times are seconds since 1970, UTC."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Key:
    """A client's credentials for one vendor's API.

    Attributes:
        vendor: name of the vendor.
        identifier: the part that names the key in a request.
        client: who holds it; keys of one client see the same data.
        secrets: every part by its field name, as it was handed out: a signature can only be checked with
            the secret itself, so no hash will do.
        created: when it was made.
        revoked: when it was revoked; None while it is valid.
    """

    vendor: str
    identifier: str
    client: str
    secrets: Mapping[str, str] = field(repr=False)
    created: float = 0.0
    revoked: float | None = None


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An uploaded picture; its bytes are in the blobs.

    Attributes:
        id: UUID.
        vendor: whose API it came through.
        owner: the client whose it is.
        label: what the client says it shows.
        metadata: what the client wants kept with it.
        media_type: image/jpeg, image/png ...
        sha256: hex digest of the bytes.
        size: bytes.
        created: when it came.
    """

    id: str
    vendor: str
    owner: str
    label: str
    metadata: Mapping[str, Any]
    media_type: str
    sha256: str
    size: int
    created: float


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request that was answered.

    Attributes:
        id: UUID that the answer carries.
        vendor: whose API.
        owner: the client.
        key: identifier of the key that signed it.
        operation: the vendor's name of the operation.
        client_request_id: the id that the client gave it; empty when it gave none.
        status: HTTP status.
        inputs: the pictures that it was about, as the operation describes them.
        answer: the JSON that was answered.
        created: when it came.
        milliseconds: how long it took.
    """

    id: str
    vendor: str
    owner: str
    key: str
    operation: str
    client_request_id: str
    status: int
    inputs: Sequence[Mapping[str, Any]]
    answer: Mapping[str, Any]
    created: float
    milliseconds: float


@dataclass(frozen=True, slots=True)
class VerifiedChip:
    """A chip that was verified and found good. Its number is kept as a digest alone.

    Attributes:
        vendor: whose API.
        owner: the client.
        number_sha256: hex SHA-256 of the document's number.
        issue_date: DD/MM/YYYY; empty where the chip does not say.
        sod_sha512: hex SHA-512 of EF.SOD.
        inputs: names of the files and values that came with it.
        card_image: id of the stored picture of the card; empty where none was named.
        created: when.
    """

    vendor: str
    owner: str
    number_sha256: str
    issue_date: str
    sod_sha512: str
    inputs: Sequence[str]
    card_image: str
    created: float


def row_of(record: Key | StoredImage | RequestRecord | VerifiedChip) -> dict[str, Any]:
    """A record's fields by name, as its table has them."""
    return {column.name: getattr(record, column.name) for column in fields(record)}
