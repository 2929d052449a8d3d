"""Whether a picture is a portrait that other checks can work with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from localverify.imaging.geometry import box_to_quad, clip_box
from localverify.types import Check, Decision, EyeState, FaceInImage, Outcome, Region

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.engine.registry import Toolbox
    from localverify.types import Eyes, Face, FaceEyes, FacePose, Image, Pose, Quad, QualityMeter
    from localverify.verify.faces import FaceVerb

# Side of the face box over the picture's shorter side, and in pixels. Below 64 pixels the embedder's 112 x 112 input
# is enlarged almost twice; ISO/IEC 19794-5 wants heads between half and three quarters of the picture's width, which
# phones held at arm's length reach and press photos (.44 of the width on Labeled Faces in the Wild) come near.
SMALLEST_FACE = 0.15
SMALLEST_FACE_PIXELS = 64
BIGGEST_FACE = 0.85
# Degrees. The pose from 68 points is 2-3 degrees off at the median and 5 at the ninetieth percentile, so a head that
# is called turned really is.
WIDEST_YAW = 25.0
WIDEST_TILT = 25.0
# White background: brightness and saturation (0..255) of a pixel, and the share of pixels above the shoulders.
WHITE_BRIGHTNESS = 185
WHITE_SATURATION = 45
WHITE_SHARE = 0.75

# The words that clients know, by check and reason; a pass of all is "good", and the eyes' reason is its own word.
VERDICTS = {
    ("dark", "too_dark"): "image_too_dark",
    ("bright", "too_bright"): "image_too_bright",
    ("blur", "blurred"): "image_too_blur",
    ("face_count", "no_face"): "image_has_no_faces",
    ("face_count", "multiple_faces"): "image_has_multiple_faces",
    ("face_size", "too_small"): "face_too_small",
    ("face_size", "too_big"): "face_too_big",
    ("face_dark", "too_dark"): "face_too_dark",
    ("face_bright", "too_bright"): "face_too_bright",
    ("pose", "turned_left"): "left",
    ("pose", "turned_right"): "right",
    ("pose", "not_frontal"): "not_qualified",
    ("background", "not_white"): "not_white_background",
}
GOOD = "good"


def portrait_verdict(decision: Decision) -> tuple[str, float]:
    """The first problem in the words of `VERDICTS`, and how sure it is.

    Returns:
        The verdict, and .5 (at the threshold) to 1 (far from it): of the problem, or of the closest check.
    """
    problem = decision.first_problem
    if problem is None:
        return GOOD, min((_margin(check) for check in decision.checks), default=1.0)
    return VERDICTS.get((problem.name, problem.reason), problem.reason), _margin(problem)


def _margin(check: Check) -> float:
    """.5 at the threshold, 1 when the score is twice or none of it."""
    if check.score is None or not check.threshold:
        return 1.0
    return 0.5 + 0.5 * min(1.0, abs(check.score - check.threshold) / abs(check.threshold))


class PortraitVerb:
    """Portrait sanity: the checks in the order in which a person would be told of them."""

    def __init__(self, toolbox: Toolbox, faces: FaceVerb) -> None:
        self._toolbox = toolbox
        self._faces = faces

    def check(self, images: Sequence[Image], *, white_background: bool = False) -> list[Decision]:
        """Judges each picture.

        Args:
            images: any number.
            white_background: ask for a white background too.

        Returns:
            For each picture the checks dark, bright, blur, face_count and, with one face, face_size, face_dark,
            face_bright, pose, eyes and background.
        """
        found = self._faces.detect(images)
        pairs = list(zip(images, found, strict=True))
        return self._toolbox.runtime.map(lambda pair: self._judge(*pair, white_background), pairs)

    def _judge(self, image: Image, faces: tuple[Face, ...], white_background: bool) -> Decision:
        meter: QualityMeter = self._toolbox.stage("quality")
        if len(faces) != 1:
            (whole,) = meter.run([Region(image)])
            count = Check(
                "face_count", Outcome.FAIL, len(faces), 1, "multiple_faces" if faces else "no_face", "face_finder"
            )
            # Faces that were found prove that the picture is sharp enough; without any, blur may be the reason.
            wanted = ("dark", "bright") if faces else ("dark", "bright", "blur")
            return Decision((*_pick(whole, wanted), count))
        face = faces[0]
        area = clip_box(face.box, image.width, image.height)
        whole, inside = meter.run([Region(image), Region(image, area)])
        checks = [
            *_pick(whole, ("dark",)),
            *_light_of_picture(whole, inside),
            *_pick(inside, ("blur",)),
            Check("face_count", Outcome.PASS, 1, 1, model="face_finder"),
            _size(image, face),
            *_pick(inside, ("dark", "bright"), "face_"),
            *self._head(FaceInImage(image, face)),
        ]
        if white_background:
            checks.append(_background(image, face))
        return Decision(tuple(checks))

    def _head(self, item: FaceInImage) -> tuple[Check, Check]:
        pose_stage: FacePose = self._toolbox.stage("face_pose")
        eyes_stage: FaceEyes = self._toolbox.stage("face_eyes")
        (pose,) = pose_stage.run([item])
        (eyes,) = eyes_stage.run([item])
        quad = (box_to_quad(item.face.box),)
        return _pose(pose, item.face, pose_stage.name, quad), _eyes(eyes, eyes_stage.name, quad)


def _pick(decision: Decision, names: Sequence[str], prefix: str = "") -> list[Check]:
    """Some checks of a quality decision, renamed where they were made inside a face."""
    found = (check for check in decision.checks if check.name in names)
    return [replace(c, name=prefix + c.name) for c in sorted(found, key=lambda check: names.index(check.name))]


def _light_of_picture(whole: Decision, inside: Decision) -> list[Check]:
    """The check ``bright`` of the picture; a white wall behind a well-lit face is no fault of the light."""
    face = inside.check("bright")
    well_lit = face is not None and face.outcome is Outcome.PASS
    return [
        replace(check, outcome=Outcome.PASS, reason="") if well_lit else check for check in _pick(whole, ("bright",))
    ]


def _size(image: Image, face: Face) -> Check:
    side, shorter = face.box.width, min(image.width, image.height)
    smallest = max(SMALLEST_FACE, SMALLEST_FACE_PIXELS / shorter)
    share = side / shorter
    quad = (box_to_quad(face.box),)
    if share < smallest:
        return Check("face_size", Outcome.FAIL, share, smallest, "too_small", "face_finder", quad)
    if share > BIGGEST_FACE:
        return Check("face_size", Outcome.FAIL, share, BIGGEST_FACE, "too_big", "face_finder", quad)
    return Check("face_size", Outcome.PASS, share, smallest, model="face_finder", evidence=quad)


def _pose(pose: Pose, face: Face, model: str, quad: tuple[Quad, ...]) -> Check:
    roll = (pose.roll + face.turn + 180) % 360 - 180
    if abs(pose.yaw) > WIDEST_YAW:
        # The person's own left is the picture's right, where the nose points when the yaw is negative.
        reason = "turned_left" if pose.yaw < 0 else "turned_right"
        return Check("pose", Outcome.FAIL, abs(pose.yaw), WIDEST_YAW, reason, model, quad)
    tilt = max(abs(pose.pitch), abs(roll))
    if tilt > WIDEST_TILT:
        return Check("pose", Outcome.FAIL, tilt, WIDEST_TILT, "not_frontal", model, quad)
    return Check("pose", Outcome.PASS, max(abs(pose.yaw), tilt), WIDEST_YAW, "", model, quad)


def _eyes(eyes: Eyes, model: str, quad: tuple[Quad, ...]) -> Check:
    is_open = eyes.left is EyeState.OPEN and eyes.right is EyeState.OPEN
    score = min(eyes.left_score, eyes.right_score)
    reason = "" if is_open else f"{eyes.left.value},{eyes.right.value}"
    return Check("eyes", Outcome.PASS if is_open else Outcome.FAIL, score, None, reason, model, quad)


def _background(image: Image, face: Face) -> Check:
    """The share of white beside and above the head: rows down to the chin, columns clear of the hair."""
    head = clip_box(face.box, image.width, image.height)
    margin = face.box.width * 0.35
    left, right = round(max(head.left - margin, 0)), round(min(head.right + margin, image.width))
    bottom = max(round(head.bottom), 1)
    beside = [image.pixels[:bottom, :left], image.pixels[:bottom, right:]]
    pixels = np.concatenate([part.reshape(-1, 3) for part in beside])
    if len(pixels) == 0:
        return Check("background", Outcome.NOT_RUN, reason="no_background", model="classical")
    converted = cv2.cvtColor(np.ascontiguousarray(pixels)[None], cv2.COLOR_RGB2HSV)[0]
    white = (converted[:, 2] >= WHITE_BRIGHTNESS) & (converted[:, 1] <= WHITE_SATURATION)
    share = float(white.mean())
    passed = share >= WHITE_SHARE
    outcome = Outcome.PASS if passed else Outcome.FAIL
    return Check("background", outcome, share, WHITE_SHARE, "" if passed else "not_white", "classical")
