"""Uploading and downloading pictures."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from pydantic import ValidationError

from localverify.errors import InputError
from localverify.vendors.base.forms import parse_form
from localverify.vendors.trustvision import schema
from localverify.vendors.trustvision.call import decode_base64
from localverify.vendors.trustvision.operations.body import parse, problem_of

if TYPE_CHECKING:
    from localverify.vendors.trustvision.call import Call


def upload_form(call: Call, content_type: str, body: bytes) -> schema.Answer[schema.UploadedImage]:
    """POST /v1/images as multipart/form-data: file, label, metadata.

    Raises:
        InputError: a part is missing or wrong, or the file is no picture.
    """
    parts = {part.name: part for part in parse_form(content_type, body)}
    file = parts.get("file")
    if file is None:
        raise InputError("the form has no part called file", field="file")
    values = {name: parts[name].text for name in ("label", "metadata", "tag") if name in parts}
    try:
        # The picture is not in the JSON: an empty text stands for it while the other fields are checked.
        fields = schema.ImageUpload.model_validate({"base64": "", **values})
    except ValidationError as error:
        raise problem_of(error) from error
    return _keep(call, file.data, fields, "file")


def upload_json(call: Call, body: bytes) -> schema.Answer[schema.UploadedImage]:
    """POST /v1/images as application/json: base64, label, metadata.

    Raises:
        InputError: a field is missing or wrong, or the file is no picture.
    """
    fields = parse(schema.ImageUpload, body)
    return _keep(call, decode_base64(fields.base64, "base64"), fields, "base64")


def download(call: Call, image_id: str, as_text: bool) -> tuple[bytes, str]:
    """GET /v1/images/{image_id}: the original bytes and their media type, or a data: url.

    Raises:
        NotFound: the client has no image of that id.
    """
    stored, data = call.download(image_id)
    if not as_text:
        return data, stored.media_type
    return b"data:%s;base64,%s" % (stored.media_type.encode(), base64.b64encode(data)), "text/plain"


def _keep(call: Call, data: bytes, fields: schema.ImageUpload, name: str) -> schema.Answer[schema.UploadedImage]:
    stored = call.keep(data, fields.label, fields.metadata, name)
    call.inputs.append({"id": stored.id, "label": stored.label})
    return schema.Answer(data=schema.UploadedImage(image_id=stored.id, request_id=call.request_id))
