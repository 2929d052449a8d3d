from __future__ import annotations

import importlib.util
import os

import numpy as np
import pytest

from localverify.config import Settings
from localverify.engine.weights import WeightStore
from localverify.errors import NotReady
from localverify.verifier import Verifier

INSTALLED = importlib.util.find_spec("insightface") is not None


def settings(**insightface: str) -> Settings:
    stages = {"face_embedder": "insightface", **({"face_finder": "insightface"} if "detector" in insightface else {})}
    return Settings.model_validate({"stages": stages, "insightface": insightface})


@pytest.mark.skipif(INSTALLED, reason="insightface is installed")
def test_without_the_package_the_answer_says_what_to_install(obama):
    with Verifier(settings()) as verifier, pytest.raises(NotReady, match=r"localverify\[insightface\]"):
        verifier.embed_faces(obama.image, [obama.face])


@pytest.mark.skipif(not INSTALLED, reason="needs the extra insightface")
def test_an_arcface_file_of_the_user_embeds_in_a_space_of_its_own(portraits):
    net = str(WeightStore().get("fr_feature").path)
    with Verifier(settings(embedder=net)) as verifier:
        comparison = verifier.compare_faces(portraits / "obama.jpg", portraits / "obama2.jpg")

    assert comparison.pairs[0].cosine > 0.5
    assert comparison.pairs[0].check.model.startswith("insightface-fr_feature-")


@pytest.mark.skipif(not INSTALLED, reason="needs the extra insightface")
@pytest.mark.parametrize("embedder", ["", "/nowhere.onnx"])
def test_without_a_file_the_answer_says_which_setting(obama, embedder: str):
    with Verifier(settings(embedder=embedder)) as verifier, pytest.raises(NotReady, match=r"insightface\.embedder"):
        verifier.embed_faces(obama.image, [obama.face])


@pytest.mark.skipif(
    not (INSTALLED and "LOCALVERIFY_TEST_SCRFD" in os.environ),
    reason="needs the extra insightface and LOCALVERIFY_TEST_SCRFD, the path of a detector of yours",
)
def test_a_detector_of_the_user_finds_the_same_face(portraits, obama):
    with Verifier(settings(detector=os.environ["LOCALVERIFY_TEST_SCRFD"])) as verifier:
        (face,) = verifier.detect_faces(portraits / "obama.jpg")

    assert np.hypot(*(np.array(face.box.centre) - obama.face.box.centre)) < obama.face.box.width / 4
