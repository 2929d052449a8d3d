"""Finding and comparing faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localverify.vendors.trustvision import schema, translate
from localverify.vendors.trustvision.operations.operation import Operation

if TYPE_CHECKING:
    from pydantic import BaseModel

    from localverify.vendors.trustvision.call import Call


def detect_faces(call: Call, body: schema.DetectFaces) -> BaseModel:
    """Every face of a picture, with its embedding when asked; a picture without a face has an empty list."""
    picture = call.take(body.image, "image")
    verifier = call.services.verifier
    faces = verifier.detect_faces(picture.image)
    embeddings = verifier.embed_faces(picture.image, faces) if body.return_embedding else ()
    return translate.detected(picture.id, picture.image, faces, embeddings, call.request_id)


def compare_faces(call: Call, body: schema.CompareFaces) -> BaseModel:
    """Every face of one picture against every face of the other."""
    first, second = call.take_all({"image1": body.image1, "image2": body.image2})
    found = call.services.verifier.compare_faces(first.image, second.image)
    for picture, faces in ((first, found.faces_a), (second, found.faces_b)):
        if not faces:
            return translate.failure(
                "image_has_no_faces", "The input image has no faces", picture.field, call.request_id
            )
    return translate.compared((first.id, second.id), (first.image, second.image), found, call.request_id)


OPERATIONS = (
    Operation("detect_faces", "/v1/detect_faces_sync", schema.DetectFaces, schema.DetectedFaces, detect_faces, 1),
    Operation("compare_faces", "/v1/compare_faces_sync", schema.CompareFaces, schema.ComparedFaces, compare_faces, 2),
)
