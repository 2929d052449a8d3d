"""Telling a live face from a picture of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localverify.errors import InputError, NotSupported
from localverify.vendors.trustvision import schema, translate
from localverify.vendors.trustvision.constants import ACTIVE_IMAGES, PASSIVE_IMAGES
from localverify.vendors.trustvision.operations.operation import Operation

if TYPE_CHECKING:
    from pydantic import BaseModel

    from localverify.vendors.trustvision.call import Call


def verify_face_liveness(call: Call, body: schema.VerifyFaceLiveness) -> BaseModel:
    """One to four pictures of one person, judged together."""
    _check_supported(body)
    pictures = call.take_all({f"images[{index}]": image for index, image in enumerate(body.images)})
    found = call.services.verifier.check_liveness([picture.image for picture in pictures])
    for picture, decision in zip(pictures, found.images, strict=True):
        check = decision.first_problem
        if check and check.reason == "no_face":
            return translate.failure(
                "image_has_no_face", "The input image has no faces", picture.field, call.request_id
            )
    return translate.liveness([picture.id for picture in pictures], found, call.request_id)


def _check_supported(body: schema.VerifyFaceLiveness) -> None:
    if body.gesture_images:
        raise NotSupported("gestures are not supported: send pictures in images", field="gesture_images")
    if body.videos:
        raise NotSupported("videos are not supported: send pictures in images", field="videos")
    fewest, most = ACTIVE_IMAGES if body.selfie_type == "active" else PASSIVE_IMAGES
    if not fewest <= len(body.images) <= most:
        raise InputError(f"images: {fewest} to {most} pictures are needed, not {len(body.images)}", field="images")


OPERATIONS = (
    Operation(
        "verify_face_liveness",
        "/v1/verify_face_liveness_sync",
        schema.VerifyFaceLiveness,
        schema.FaceLiveness,
        verify_face_liveness,
        ACTIVE_IMAGES[1],
    ),
)
