"""From values and errors to TrustVision's JSON. Pure: the tests call it without a server."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from localverify.errors import Busy, InputError, LocalVerifyError, NotFound, NotSupported
from localverify.types import Outcome
from localverify.vendors.base.declaration import ErrorAnswer
from localverify.vendors.trustvision import schema
from localverify.vendors.trustvision.constants import PORTRAIT_VERDICTS
from localverify.verify.portraits import portrait_verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import BaseModel

    from localverify.types import Check, Decision, Embedding, Face, FaceComparison, Image, Liveness

_BY_REASON: Mapping[str, tuple[int, str]] = {
    "access_denied": (401, "access_denied_exception"),
    "time_skewed": (400, "request_time_too_skewed"),
    "too_large": (413, "image_too_large_exception"),
    "too_many_pixels": (413, "image_too_large_exception"),
    "unknown_format": (415, "invalid_image_format_exception"),
    "rate_limit": (429, "rate_limit_exception"),
    "unknown_path": (404, "invalid_parameter_exception"),
    "unknown_method": (405, "invalid_parameter_exception"),
}
_BY_TYPE: Sequence[tuple[type[LocalVerifyError], tuple[int, str]]] = (
    (InputError, (400, "invalid_parameter_exception")),
    (NotSupported, (400, "invalid_parameter_exception")),
    (NotFound, (404, "image_not_found_exception")),
    (Busy, (408, "request_timeout_exception")),
    (LocalVerifyError, (500, "internal_server_error")),
)

_RESULTS = {Outcome.PASS: "matched", Outcome.FAIL: "unmatched"}


def error(problem: LocalVerifyError, request_id: str) -> ErrorAnswer:
    """An error in the documented shape.

    `data` is empty, as the documents have it; the request's id is in the error's detail, where they allow
    "any other information that can be useful for client".
    """
    fallback = next(found for kind, found in _BY_TYPE if isinstance(problem, kind))
    status, code = _BY_REASON.get(problem.reason, fallback)
    detail = {"field": problem.field} if problem.field else {}
    detail["request_id"] = request_id
    return ErrorAnswer(status, {"data": {}, "errors": [{"code": code, "message": str(problem), "detail": detail}]})


def failure(code: str, message: str, field: str, request_id: str) -> schema.Answer[schema.Failure]:
    """A request that was processed, and whose picture allows no result."""
    detail = schema.ErrorDetail(field=field)
    return schema.Answer(
        data=schema.Failure(status="failure", request_id=request_id),
        errors=[schema.Error(code=code, message=message, detail=detail)],
    )


def detected(
    image_id: str, image: Image, faces: Sequence[Face], embeddings: Sequence[Embedding], request_id: str
) -> schema.Answer[schema.DetectedFaces]:
    """Faces of one picture; `embeddings` is empty when they were not asked for."""
    return schema.Answer(
        data=schema.DetectedFaces(
            status="success", image=_image_faces(image_id, image, faces, embeddings), request_id=request_id
        )
    )


def compared(
    ids: tuple[str, str], images: tuple[Image, Image], found: FaceComparison, request_id: str
) -> schema.Answer[schema.ComparedFaces]:
    """Every pair of faces; the score is the cosine moved from -1..1 to 0..1."""
    first = _image_faces(ids[0], images[0], found.faces_a)
    second = _image_faces(ids[1], images[1], found.faces_b)
    pairs = [
        schema.ComparedPair(
            face1_id=first.faces[pair.a].id,
            face2_id=second.faces[pair.b].id,
            score=_unit((1 + pair.cosine) / 2),
            result=_RESULTS.get(pair.check.outcome, "unsure"),
        )
        for pair in found.pairs
    ]
    return schema.Answer(
        data=schema.ComparedFaces(
            status="success", image1=first, image2=second, compare_faces=pairs, request_id=request_id
        )
    )


def liveness(ids: Sequence[str], found: Liveness, request_id: str) -> schema.Answer[schema.FaceLiveness]:
    """The answer over all pictures, and what each says alone."""
    checks = [decision.check("liveness") for decision in found.images]
    images = [
        schema.LiveImage(id=image_id, is_live=_passes(check), score=_unit(check.score or 0.0) if check else 0.0)
        for image_id, check in zip(ids, checks, strict=True)
    ]
    return schema.Answer(
        data=schema.FaceLiveness(
            status="success",
            is_live=found.decision.outcome is Outcome.PASS,
            score=_unit(found.score),
            images=images,
            main_image_id=ids[found.main],
            details=None,
            request_id=request_id,
        )
    )


def portrait(image_id: str, decision: Decision, request_id: str) -> schema.Answer[schema.PortraitSanity]:
    """The first issue of a portrait, or good."""
    verdict, score = portrait_verdict(decision)
    # Sunglasses over both eyes, say, have no word of their own in the documents.
    documented = verdict if verdict in PORTRAIT_VERDICTS else "not_qualified"
    return schema.Answer(
        data=schema.PortraitSanity(
            status="success",
            image=schema.ImageReference(id=image_id),
            portrait_sanity=schema.Sanity(verdict=documented, score=_unit(score)),
            request_id=request_id,
        )
    )


def to_json(answer: BaseModel) -> str:
    """Only what was set: optional parts that do not apply are left out, as in the documents' examples."""
    return answer.model_dump_json(exclude_unset=True)


def _image_faces(
    image_id: str, image: Image, faces: Sequence[Face], embeddings: Sequence[Embedding] = ()
) -> schema.ImageFaces:
    found = [schema.FoundFace(id=str(uuid.uuid4()), bounding_box=_box(face, image)) for face in faces]
    if embeddings:
        found = [
            schema.FoundFace(id=face.id, bounding_box=face.bounding_box, embedding=embedding.vector.tolist())
            for face, embedding in zip(found, embeddings, strict=True)
        ]
    return schema.ImageFaces(id=image_id, transformed_image_id="", faces=found)


def _box(face: Face, image: Image) -> schema.BoundingBox:
    """Whole pixels, cut to the picture."""
    return schema.BoundingBox(
        top=_clip(face.box.top, image.height),
        right=_clip(face.box.right, image.width),
        bottom=_clip(face.box.bottom, image.height),
        left=_clip(face.box.left, image.width),
        angle=face.turn,
    )


def _clip(value: float, end: int) -> int:
    return min(max(round(value), 0), end)


def _unit(value: float) -> float:
    return min(max(float(value), 0.0), 1.0)


def _passes(check: Check | None) -> bool:
    return check is not None and check.outcome is Outcome.PASS
