"""The frozen values that travel between stages, verbs and vendors.

Coordinates are pixels of the upright picture, x to the right and y down, with the centre of the first
pixel at (0, 0). Angles are degrees. Scores are in 0..1 unless a field says otherwise. Values that hold
arrays compare by identity (``eq=False``); the arrays are read-only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Pixels: TypeAlias = NDArray[np.uint8]
    Floats: TypeAlias = NDArray[np.float32]

In = TypeVar("In", contravariant=True)
Out = TypeVar("Out", covariant=True)


class Stage(Protocol[In, Out]):
    """One step of seeing: a batch in, a batch of the same length out.

    A stage never raises for one bad item of a batch: what it cannot read, it answers as an empty value.
    """

    @property
    def name(self) -> str:
        """The name of the back end, as the configuration spells it."""

    def run(self, batch: Sequence[In]) -> Sequence[Out]:
        """Answers each item of `batch`, in order."""


class Point(NamedTuple):
    """A position in pixels."""

    x: float
    y: float


class Quad(NamedTuple):
    """Four corners in reading order of the thing itself: top left, top right, bottom right, bottom left."""

    top_left: Point
    top_right: Point
    bottom_right: Point
    bottom_left: Point


class Box(NamedTuple):
    """An upright rectangle in pixels; `right` and `bottom` are exclusive."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Pixels from left to right; negative when the box is inverted."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels from top to bottom; negative when the box is inverted."""
        return self.bottom - self.top

    @property
    def centre(self) -> Point:
        """The middle of the box."""
        return Point((self.left + self.right) / 2, (self.top + self.bottom) / 2)


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """A picture, decoded once.

    Attributes:
        pixels: H x W x 3, uint8, RGB, upright, read-only.
        sha256: hex digest of the encoded bytes, or of the pixels where there were no bytes.
        format: what the bytes really were (``JPEG``, ``PNG`` ...), or ``ARRAY``.
    """

    pixels: Pixels
    sha256: str
    format: str = "ARRAY"

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return int(self.pixels.shape[0])


@dataclass(frozen=True, slots=True)
class PictureHash:
    """A picture's perceptual hash: pictures that look alike differ in few bits.

    Attributes:
        bits: the hash, eight bits a byte, the first bit highest.
        kind: the algorithm (``phash`` or ``dhash``); hashes of different kinds cannot be compared.
        size: side of the square of bits: size x size of them.
    """

    bits: bytes
    kind: str
    size: int

    def distance(self, other: PictureHash) -> int:
        """Bits that differ (Hamming distance), 0..size x size.

        Raises:
            ValueError: the hashes are of different kinds or sizes.
        """
        if (self.kind, self.size) != (other.kind, other.size):
            raise ValueError(f"{self.kind} {self.size} and {other.kind} {other.size} cannot be compared")
        return sum((a ^ b).bit_count() for a, b in zip(self.bits, other.bits, strict=True))


@dataclass(frozen=True, slots=True)
class Barcode:
    """One symbol that was read.

    Attributes:
        text: the payload as text, in the character set that the symbol declares.
        data: the payload's raw bytes.
        format: the symbology's name as zxing-cpp spells it (``QRCode``, ``PDF417``, ``Code128`` ...).
        quad: the symbol's corners in the picture.
        reader: the back end and the step of its ladder that read it.
    """

    text: str
    data: bytes
    format: str
    quad: Quad
    reader: str


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A face that was found.

    Attributes:
        box: a square around the face from brow to chin; may reach beyond the picture.
        score: the detector's probability.
        turn: degrees (0, 90, 180, 270) by which the picture is turned clockwise; turning it back by as
            much counter-clockwise makes the face upright.
        landmarks: 68 x 2 float32 in the iBUG order, in picture coordinates; None until placed.
        spread: how far the points lie apart when they are placed from several crops, over the face's width;
            None where the points were placed once. A face that is not upright has no steady points.
    """

    box: Box
    score: float
    turn: int = 0
    landmarks: Floats | None = None
    spread: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FaceInImage:
    """A face together with the picture that it is in: what the face stages after the finder take."""

    image: Image
    face: Face


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """A face as a unit vector.

    Attributes:
        vector: D float32, of length 1.
        space: the name of the net and its version. Vectors of different spaces cannot be compared.
    """

    vector: Floats
    space: str


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A part of a picture to be judged by itself; without a box, the whole picture."""

    image: Image
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a face looks, in degrees.

    Attributes:
        yaw: positive when the nose points to the picture's left.
        pitch: positive when the face looks up.
        roll: positive when the head is turned clockwise in the picture.
    """

    yaw: float
    pitch: float
    roll: float


class EyeState(StrEnum):
    """What is where an eye should be."""

    OPEN = "open_eye"
    CLOSED = "closed_eye"
    SUNGLASSES = "sunglasses"


@dataclass(frozen=True, slots=True)
class Eyes:
    """Both eyes, named from the picture's side: `left` is the eye nearer to the picture's left edge.

    Attributes:
        left: state of the eye on the picture's left.
        right: state of the eye on the picture's right.
        left_score: how sure the left state is.
        right_score: how sure the right state is.
    """

    left: EyeState
    right: EyeState
    left_score: float
    right_score: float


@dataclass(frozen=True, slots=True)
class Demographics:
    """Age and sex as a net guesses them. Never an age gate: see `age_error`.

    Attributes:
        age: years.
        age_error: mean absolute error of `age` in years, as measured.
        male: probability that the face is a man's.
    """

    age: float
    age_error: float
    male: float


@dataclass(frozen=True, slots=True, eq=False)
class MrzZone:
    """A machine-readable zone as a reader sees it, before any grammar.

    Attributes:
        posteriors: for each line, characters x 37 float32: the probability of ``0-9``, ``A-Z`` and ``<`` in
            each place; each row sums to 1.
        quad: the zone's corners in the picture, in the order in which the zone itself is read.
        turn: degrees (0, 90, 180, 270) by which the picture is turned clockwise, after a mirrored one was
            flipped from left to right.
        mirrored: the picture shows the zone as a mirror does.
        score: how sure the reader is that this is a zone.
        reader: the back end.
    """

    posteriors: tuple[Floats, ...]
    quad: Quad
    turn: int
    mirrored: bool
    score: float
    reader: str


@dataclass(frozen=True, slots=True, eq=False)
class MrzReading:
    """A machine-readable zone after its grammar.

    Attributes:
        lines: two or three lines.
        format: ``TD1``, ``TD2``, ``TD3``, ``MRV-A``, ``MRV-B`` or ``FRANCE-1995``.
        valid: every check digit is right, the dates are dates, and no character of a number or a date is in
            doubt.
        repaired: a character was changed because the check digits asked for it: not to be trusted alone.
        fields: what the zone says by the field's name (``surname``, ``number``, ``birth`` ...); dates as
            YYYY-MM-DD where they are complete, else as printed. Empty fields are left out.
        confidences: the probability of each character, for each line.
        zone: where it was found and how.
    """

    lines: tuple[str, ...]
    format: str
    valid: bool
    repaired: bool
    fields: Mapping[str, str]
    confidences: tuple[Floats, ...]
    zone: MrzZone


class Outcome(StrEnum):
    """What a check found. Not run is never pass nor fail."""

    PASS = "pass"
    FAIL = "fail"
    UNSURE = "unsure"
    NOT_RUN = "not_run"


# Worst first: a decision is its worst check, and a check that did not run spoils a pass.
_SEVERITY = (Outcome.FAIL, Outcome.UNSURE, Outcome.NOT_RUN, Outcome.PASS)


@dataclass(frozen=True, slots=True)
class Check:
    """One question, answered with its evidence.

    Attributes:
        name: what was asked, in snake case (``blur``, ``face_match`` ...).
        outcome: the answer.
        score: the measured value, on the check's own scale; None when nothing was measured.
        threshold: the value of `score` at which the outcome changes; None when there is none.
        reason: a stable word that says why, empty on a plain pass.
        model: the stage or the weights that measured it.
        evidence: where in the picture.
    """

    name: str
    outcome: Outcome
    score: float | None = None
    threshold: float | None = None
    reason: str = ""
    model: str = ""
    evidence: tuple[Quad, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Several checks that answer one question together."""

    checks: tuple[Check, ...] = field(default=())

    @property
    def outcome(self) -> Outcome:
        """The worst outcome of all checks; NOT_RUN when there is none."""
        found = {check.outcome for check in self.checks}
        return next((outcome for outcome in _SEVERITY if outcome in found), Outcome.NOT_RUN)

    @property
    def first_problem(self) -> Check | None:
        """The first check, in order, that has the decision's own outcome, unless that is PASS."""
        if self.outcome is Outcome.PASS:
            return None
        return next((check for check in self.checks if check.outcome is self.outcome), None)

    def check(self, name: str) -> Check | None:
        """The first check called `name`, or None."""
        return next((check for check in self.checks if check.name == name), None)


@dataclass(frozen=True, slots=True)
class FacePair:
    """Two faces, one of each picture, compared.

    Attributes:
        a: index into `FaceComparison.faces_a`.
        b: index into `FaceComparison.faces_b`.
        cosine: similarity of their embeddings, -1..1.
        check: PASS (the same person), UNSURE or FAIL; its score is the cosine.
    """

    a: int
    b: int
    cosine: float
    check: Check


@dataclass(frozen=True, slots=True, eq=False)
class FaceComparison:
    """All faces of one picture against all faces of another.

    Attributes:
        faces_a: faces of the first picture, largest first.
        faces_b: faces of the second picture, largest first.
        pairs: every pair, in the order of `faces_a`, then `faces_b`; empty when a picture has no face.
    """

    faces_a: tuple[Face, ...]
    faces_b: tuple[Face, ...]
    pairs: tuple[FacePair, ...]

    @property
    def decision(self) -> Decision:
        """The best pair's check; a NOT_RUN check with reason ``no_face`` when there is no pair."""
        if not self.pairs:
            return Decision((Check("face_match", Outcome.NOT_RUN, reason="no_face"),))
        return Decision((max(self.pairs, key=lambda pair: pair.cosine).check,))


@dataclass(frozen=True, slots=True)
class Liveness:
    """Whether the pictures show a live face.

    Attributes:
        decision: the answer over all pictures together; NOT_RUN with reason ``no_face`` when a picture has none.
        score: 0..1, 1 is live.
        images: the decision of each picture alone, in order; each first check is its `liveness`.
        main: index of the picture to use for comparing faces: the one with the best score.
    """

    decision: Decision
    score: float
    images: tuple[Decision, ...]
    main: int


FaceFinder: TypeAlias = "Stage[Image, tuple[Face, ...]]"
FaceLandmarks: TypeAlias = "Stage[FaceInImage, Face]"
FaceEmbedder: TypeAlias = "Stage[FaceInImage, Embedding]"
FacePose: TypeAlias = "Stage[FaceInImage, Pose]"
FaceEyes: TypeAlias = "Stage[FaceInImage, Eyes]"
FaceDemographics: TypeAlias = "Stage[FaceInImage, Demographics]"
LivenessScorer: TypeAlias = "Stage[FaceInImage, Decision]"
BarcodeReader: TypeAlias = "Stage[Image, tuple[Barcode, ...]]"
MrzReader: TypeAlias = "Stage[Image, MrzZone | None]"
QualityMeter: TypeAlias = "Stage[Region, Decision]"
PictureHasher: TypeAlias = "Stage[Image, PictureHash]"
