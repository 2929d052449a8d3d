"""Whether a portrait is good enough to work with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localverify.vendors.trustvision import schema, translate
from localverify.vendors.trustvision.operations.operation import Operation

if TYPE_CHECKING:
    from pydantic import BaseModel

    from localverify.vendors.trustvision.call import Call


def verify_portrait_sanity(call: Call, body: schema.VerifyPortraitSanity) -> BaseModel:
    """The first issue of a portrait. The white background is asked for where the country is india."""
    picture = call.take(body.image, "image")
    india = call.services.settings.options.get("country") == "india"
    decision = call.services.verifier.check_portrait(picture.image, white_background=india)
    return translate.portrait(picture.id, decision, call.request_id)


OPERATIONS = (
    Operation(
        "verify_portrait_sanity",
        "/v1/verify_portrait_sanity_sync",
        schema.VerifyPortraitSanity,
        schema.PortraitSanity,
        verify_portrait_sanity,
        1,
    ),
)
