"""One signed request on its way: who asks, which pictures it takes, and what is kept of it in the end."""

from __future__ import annotations

import base64
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localverify.errors import InputError, NotFound
from localverify.imaging.probe import Limits, probe
from localverify.store.records import RequestRecord, StoredImage
from localverify.store.store import sha256_of
from localverify.vendors.trustvision.constants import IMAGE_BYTES, MEDIA_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localverify.store.records import Key, VerifiedChip
    from localverify.types import Image
    from localverify.vendors.base.services import Services
    from localverify.vendors.trustvision.schema import ImageData


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture that a request is about.

    Attributes:
        id: of the stored picture.
        label: what the client says it shows.
        image: decoded.
        field: the parameter that named it.
    """

    id: str
    label: str
    image: Image
    field: str


@dataclass(slots=True)
class Call:
    """A request whose signature was found right.

    Pictures that come inline, and the record of the request, are written together at its end, so an
    operation that fails leaves nothing behind.

    Attributes:
        services: what the server lends.
        key: who signed.
        operation: name for the record.
        request_id: of the answer.
        client_request_id: the client's own; may be empty.
        inputs: what was taken, for the record.
        chips: those that were found good, kept when the call ends.
    """

    services: Services
    key: Key
    operation: str
    request_id: str
    client_request_id: str
    inputs: list[dict[str, Any]] = field(default_factory=list)
    chips: list[VerifiedChip] = field(default_factory=list)
    _created: float = field(default_factory=time.time)
    _started: float = field(default_factory=time.perf_counter)
    _pending: list[tuple[StoredImage, bytes]] = field(default_factory=list)

    def take(self, wanted: ImageData, name: str) -> Picture:
        """A picture by id or inline, decoded; `name` is the parameter to blame.

        Raises:
            InputError: it is not a picture that can be read.
            NotFound: the client has no image of that id.
        """
        return self.take_all({name: wanted})[0]

    def take_all(self, wanted: Mapping[str, ImageData]) -> list[Picture]:
        """Several pictures by parameter name, decoded side by side."""
        pictures = self.services.verifier.toolbox.runtime.map(lambda item: self._load(*item), wanted.items())
        self.inputs.extend({"id": picture.id, "label": picture.label} for picture in pictures)
        return pictures

    def _load(self, name: str, wanted: ImageData) -> Picture:
        if wanted.id is not None:
            stored, data = self.download(wanted.id, f"{name}.id")
        else:
            data = decode_base64(wanted.base64 or "", f"{name}.base64")
            stored = self.keep(data, wanted.label or "", wanted.metadata or {}, f"{name}.base64")
        try:
            return Picture(stored.id, stored.label, self.services.verifier.load(data), name)
        except InputError as error:
            raise InputError(str(error), reason=error.reason, field=name) from error

    def keep(self, data: bytes, label: str, metadata: Mapping[str, Any], name: str) -> StoredImage:
        """Checks a new picture's structure and keeps it when the call ends.

        Raises:
            InputError: it is not a JPEG or PNG within the limits.
        """
        media_type = check_picture(data, name, self.services.verifier.settings.imaging.max_pixels)
        image = StoredImage(
            id=str(uuid.uuid4()),
            vendor=self.services.vendor,
            owner=self.key.client,
            label=label,
            metadata=metadata,
            media_type=media_type,
            sha256=sha256_of(data),
            size=len(data),
            created=self._created,
        )
        self._pending.append((image, data))
        return image

    def download(self, image_id: str, name: str = "image_id") -> tuple[StoredImage, bytes]:
        """A stored picture and its bytes.

        Raises:
            NotFound: the client has no image of that id.
        """
        try:
            stored = self.services.store.find_image(self.services.vendor, self.key.client, image_id)
            return stored, self.services.store.blobs.get(stored.sha256)
        except NotFound as error:
            raise NotFound("The image ID is not found", field=name) from error

    def finish(self, answer: Mapping[str, Any]) -> None:
        """Writes the pictures that came inline, and the record."""
        record = RequestRecord(
            id=self.request_id,
            vendor=self.services.vendor,
            owner=self.key.client,
            key=self.key.identifier,
            operation=self.operation,
            client_request_id=self.client_request_id,
            status=200,
            inputs=self.inputs,
            answer=answer,
            created=self._created,
            milliseconds=(time.perf_counter() - self._started) * 1000,
        )
        self.services.store.add_images(self._pending, record, self.chips)


def check_picture(data: bytes, name: str, max_pixels: int) -> str:
    """The media type of a JPEG or PNG whose structure is whole; nothing is decoded.

    Raises:
        InputError: with `probe`'s reasons; another format is ``unknown_format``.
    """
    try:
        media_type = probe(data, Limits(IMAGE_BYTES, max_pixels)).media_type
    except InputError as error:
        raise InputError(str(error), reason=error.reason, field=name) from error
    if media_type not in MEDIA_TYPES:
        raise InputError(f"the picture is {media_type}: send JPG or PNG", reason="unknown_format", field=name)
    return media_type


def decode_base64(text: str, name: str) -> bytes:
    """Bytes of a base64 text, with or without a leading ``data:image/jpeg;base64,``.

    Raises:
        InputError: it is not base64.
    """
    head, comma, _ = text[:128].partition(",")
    if head.startswith("data:"):
        if not comma or not head.endswith(";base64"):
            raise InputError("the data: url is not base64", field=name)
        text = text[len(head) + 1 :]
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return _decode_wrapped(text, name)


def _decode_wrapped(text: str, name: str) -> bytes:
    """Some encoders break the text into lines."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError as error:
        raise InputError(f"not base64: {error}", field=name) from error
