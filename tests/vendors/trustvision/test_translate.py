"""Values and errors to TrustVision's JSON, without a server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from localverify.errors import Busy, InputError, LocalVerifyError, NotFound, NotReady, NotSupported
from localverify.types import Box, Check, Decision, Embedding, Face, FaceComparison, FacePair, Image, Liveness, Outcome
from localverify.vendors.trustvision import translate

if TYPE_CHECKING:
    from pydantic import BaseModel

PICTURE = Image(np.zeros((100, 80, 3), np.uint8), "0" * 64)


def face(left: float = 10.4, top: float = 20.6, right: float = 50.2, bottom: float = 60.9, turn: int = 0):
    return Face(Box(left, top, right, bottom), 0.9, turn)


def wire(answer: BaseModel):
    return json.loads(translate.to_json(answer))


@pytest.mark.parametrize(
    "problem, status, code",
    [
        (InputError("x", reason="access_denied"), 401, "access_denied_exception"),
        (InputError("x", reason="time_skewed"), 400, "request_time_too_skewed"),
        (InputError("x", reason="too_large"), 413, "image_too_large_exception"),
        (InputError("x", reason="too_many_pixels"), 413, "image_too_large_exception"),
        (InputError("x", reason="unknown_format"), 415, "invalid_image_format_exception"),
        (InputError("x", reason="truncated"), 400, "invalid_parameter_exception"),
        (InputError("x"), 400, "invalid_parameter_exception"),
        (NotSupported("x"), 400, "invalid_parameter_exception"),
        (NotFound("x"), 404, "image_not_found_exception"),
        (Busy("x"), 408, "request_timeout_exception"),
        (Busy("x", reason="rate_limit"), 429, "rate_limit_exception"),
        (NotReady("x"), 500, "internal_server_error"),
        (LocalVerifyError("x"), 500, "internal_server_error"),
    ],
)
def test_every_error_has_its_documented_code(problem: LocalVerifyError, status: int, code: str):
    answer = translate.error(problem, "r")
    assert (answer.status, answer.body["errors"][0]["code"]) == (status, code)


def test_an_error_has_no_data_and_names_field_and_request():
    body = translate.error(InputError("is missing", field="label"), "r").body
    assert body == {
        "data": {},
        "errors": [
            {
                "code": "invalid_parameter_exception",
                "message": "is missing",
                "detail": {"field": "label", "request_id": "r"},
            }
        ],
    }


def test_boxes_are_whole_pixels_inside_the_picture():
    found = wire(translate.detected("i", PICTURE, [face(left=-5, bottom=120.0, turn=90)], (), "r"))
    box = found["data"]["image"]["faces"][0]["bounding_box"]
    assert box == {"top": 21, "right": 50, "bottom": 100, "left": 0, "angle": 90}


def test_embeddings_are_given_only_when_there_are_some():
    without = wire(translate.detected("i", PICTURE, [face()], (), "r"))
    embedding = Embedding(np.array([0.6, 0.8], np.float32), "space")
    with_one = wire(translate.detected("i", PICTURE, [face()], (embedding,), "r"))
    assert "embedding" not in without["data"]["image"]["faces"][0]
    assert with_one["data"]["image"]["faces"][0]["embedding"] == pytest.approx([0.6, 0.8])


@pytest.mark.parametrize(
    "cosine, outcome, score, result",
    [
        (0.4762271, Outcome.PASS, 0.7381136, "matched"),
        (0.0196620, Outcome.FAIL, 0.5098310, "unmatched"),
        (0.35, Outcome.UNSURE, 0.675, "unsure"),
        (-1.0, Outcome.FAIL, 0.0, "unmatched"),
        (1.0000001, Outcome.PASS, 1.0, "matched"),
    ],
)
def test_the_score_of_a_pair_is_its_cosine_in_0_to_1(cosine: float, outcome: Outcome, score: float, result: str):
    pair = FacePair(0, 0, cosine, Check("face_match", outcome, cosine))
    found = wire(translate.compared(("a", "b"), (PICTURE, PICTURE), FaceComparison((face(),), (face(),), (pair,)), "r"))
    (compared,) = found["data"]["compare_faces"]
    assert (compared["score"], compared["result"]) == (pytest.approx(score, abs=1e-6), result)
    assert compared["face1_id"] == found["data"]["image1"]["faces"][0]["id"]
    assert compared["face2_id"] == found["data"]["image2"]["faces"][0]["id"]


def test_liveness_answers_over_all_pictures_and_for_each():
    live = Decision((Check("liveness", Outcome.PASS, 0.98),))
    unsure = Decision((Check("liveness", Outcome.UNSURE, 0.5),))
    found = Liveness(Decision((Check("liveness", Outcome.PASS, 0.9),)), 0.9, (unsure, live), 1)
    data = wire(translate.liveness(("a", "b"), found, "r"))["data"]
    assert (data["is_live"], data["score"], data["main_image_id"], data["details"]) == (True, 0.9, "b", None)
    assert data["images"] == [
        {"id": "a", "is_live": False, "score": 0.5},
        {"id": "b", "is_live": True, "score": 0.98},
    ]


@pytest.mark.parametrize(
    "name, reason, verdict",
    [
        ("blur", "blurred", "image_too_blur"),
        ("dark", "too_dark", "image_too_dark"),
        ("bright", "too_bright", "image_too_bright"),
        ("face_dark", "too_dark", "face_too_dark"),
        ("face_bright", "too_bright", "face_too_bright"),
        ("face_count", "no_face", "image_has_no_faces"),
        ("face_count", "multiple_faces", "image_has_multiple_faces"),
        ("background", "not_white", "not_white_background"),
        ("pose", "turned_right", "right"),
        ("pose", "turned_left", "left"),
        ("pose", "not_frontal", "not_qualified"),
        ("eyes", "open_eye,closed_eye", "open_eye,closed_eye"),
        ("eyes", "closed_eye,open_eye", "closed_eye,open_eye"),
        ("eyes", "open_eye,sunglasses", "open_eye,sunglasses"),
        ("eyes", "sunglasses,open_eye", "sunglasses,open_eye"),
        ("eyes", "closed_eye,closed_eye", "closed_eye,closed_eye"),
        ("eyes", "closed_eye,sunglasses", "closed_eye,sunglasses"),
        ("eyes", "sunglasses,closed_eye", "sunglasses,closed_eye"),
        ("face_size", "too_small", "face_too_small"),
        ("face_size", "too_big", "face_too_big"),
    ],
)
def test_every_documented_verdict_of_a_portrait_is_reached(name: str, reason: str, verdict: str):
    decision = Decision((Check("blur", Outcome.PASS), Check(name, Outcome.FAIL, reason=reason)))
    data = wire(translate.portrait("i", decision, "r"))["data"]
    assert (data["portrait_sanity"]["verdict"], data["status"], data["image"]) == (verdict, "success", {"id": "i"})


def test_a_portrait_without_a_problem_is_good():
    data = wire(translate.portrait("i", Decision((Check("blur", Outcome.PASS, 3.0, 1.0),)), "r"))["data"]
    assert data["portrait_sanity"] == {"verdict": "good", "score": 1.0}


def test_a_problem_that_the_documents_have_no_word_for_is_not_qualified():
    decision = Decision((Check("eyes", Outcome.FAIL, reason="sunglasses,sunglasses"),))
    data = wire(translate.portrait("i", decision, "r"))["data"]
    assert data["portrait_sanity"]["verdict"] == "not_qualified"
