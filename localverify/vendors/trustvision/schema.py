"""The JSON that goes over the wire, as TrustVision documents it. Unknown fields of a request are ignored."""

from __future__ import annotations

import json
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from localverify.vendors.trustvision.constants import IMAGE_LABELS, SELFIE_TYPES

Data = TypeVar("Data", bound=BaseModel)


def _parse_metadata(value: object) -> object:
    """The documents call metadata a string of JSON; real clients send the object itself as well."""
    if isinstance(value, str):
        return json.loads(value) if value.strip() else {}
    return value


def _known_label(label: str) -> str:
    if label not in IMAGE_LABELS:
        raise ValueError("not one of the documented image labels")
    return label


def _known_selfie_type(selfie_type: str) -> str:
    if selfie_type and selfie_type not in SELFIE_TYPES:
        raise ValueError("not one of the documented selfie types")
    return selfie_type


def absent_when_empty(value: object) -> object:
    """Clients send an empty text for what they leave out."""
    return None if value == "" else value


Label = Annotated[str, AfterValidator(_known_label)]
OptionalLabel = Annotated[Label | None, BeforeValidator(absent_when_empty)]
OptionalText = Annotated[str | None, BeforeValidator(absent_when_empty)]
Metadata = Annotated[dict[str, str | int | float | bool], BeforeValidator(_parse_metadata)]
SelfieType = Annotated[str, AfterValidator(_known_selfie_type)]


class Wire(BaseModel):
    """Base of all shapes."""

    model_config = ConfigDict(frozen=True)


class ImageData(Wire):
    """A picture: the id of an upload, or the picture itself."""

    id: OptionalText = Field(None, description="Id that the upload answered; then no base64, label or metadata.")
    base64: OptionalText = Field(None, description="The file in base64; a leading data: url is accepted.")
    label: OptionalLabel = Field(None, description="What the picture shows, from the table of labels.")
    metadata: Metadata | None = Field(None, description="Keys with text, numbers or booleans; JSON or a string of it.")

    @model_validator(mode="after")
    def _either_id_or_picture(self) -> ImageData:
        if self.id is None and self.base64 is None:
            raise ValueError("give the id of an uploaded image, or base64")
        if self.id is not None and (self.base64 is not None or self.label is not None or self.metadata):
            raise ValueError("give the id of an uploaded image, or base64 with label and metadata, not both")
        return self


class ImageUpload(Wire):
    """POST /v1/images as JSON."""

    base64: str = Field(description="The file in base64; a leading data: url is accepted.")
    label: Label
    metadata: Metadata = Field(default_factory=dict)
    tag: OptionalText = Field(None, description="Accepted and not used.")


class DetectFaces(Wire):
    """POST /v1/detect_faces_sync."""

    image: ImageData
    return_embedding: bool = False


class CompareFaces(Wire):
    """POST /v1/compare_faces_sync."""

    image1: ImageData
    image2: ImageData
    type: OptionalText = Field(None, description="Kind of comparison; every kind is compared alike.")


class VerifyFaceLiveness(Wire):
    """POST /v1/verify_face_liveness_sync."""

    images: list[ImageData]
    gesture_images: list[Any] | None = None
    videos: list[Any] | None = None
    metadata: dict[str, Any] | None = None
    selfie_type: SelfieType | None = None


class VerifyPortraitSanity(Wire):
    """POST /v1/verify_portrait_sanity_sync."""

    image: ImageData
    selfie_type: SelfieType | None = None


class ErrorDetail(Wire):
    """What an error is about."""

    model_config = ConfigDict(frozen=True, extra="allow")

    field: str | None = None
    request_id: str | None = None


class Error(Wire):
    """One error."""

    code: str
    message: str
    detail: ErrorDetail


class NoData(Wire):
    """The data of an error answer."""


class Answer(Wire, Generic[Data]):
    """What every operation answers."""

    data: Data
    errors: list[Error] | None = None


class Failure(Wire):
    """The request was processed, but its picture allows no result."""

    status: str = "failure"
    request_id: str


class UploadedImage(Wire):
    """Data of POST /v1/images."""

    image_id: str
    request_id: str


class BoundingBox(Wire):
    """Edges of a face in pixels of the upright picture."""

    top: int
    right: int
    bottom: int
    left: int
    angle: int = Field(description="Degrees by which the face is turned clockwise.")


class FoundFace(Wire):
    """A face of a picture."""

    id: str
    bounding_box: BoundingBox
    embedding: list[float] | None = None


class ImageFaces(Wire):
    """A picture with its faces."""

    id: str
    transformed_image_id: str = Field(description="Always empty: pictures are not transformed.")
    faces: list[FoundFace]


class DetectedFaces(Wire):
    """Data of detect_faces_sync."""

    status: str
    image: ImageFaces
    request_id: str


class ComparedPair(Wire):
    """Two faces compared."""

    face1_id: str
    face2_id: str
    score: float = Field(ge=0, le=1)
    result: str = Field(description="matched, unmatched or unsure")


class ComparedFaces(Wire):
    """Data of compare_faces_sync."""

    status: str
    image1: ImageFaces
    image2: ImageFaces
    compare_faces: list[ComparedPair]
    request_id: str


class LiveImage(Wire):
    """What one picture alone says."""

    id: str
    is_live: bool
    score: float = Field(ge=0, le=1)


class FaceLiveness(Wire):
    """Data of verify_face_liveness_sync."""

    status: str
    is_live: bool
    score: float = Field(ge=0, le=1)
    images: list[LiveImage]
    main_image_id: str
    details: None = None
    request_id: str


class ImageReference(Wire):
    """The picture that an answer is about."""

    id: str


class Sanity(Wire):
    """The first issue that was found, or good."""

    verdict: str
    score: float = Field(ge=0, le=1)


class PortraitSanity(Wire):
    """Data of verify_portrait_sanity_sync."""

    status: str
    image: ImageReference
    portrait_sanity: Sanity
    request_id: str
