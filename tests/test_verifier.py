from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from localverify import InputError, Verifier
from localverify.config import Settings


def test_pictures_come_as_path_text_bytes_array_or_image(verifier: Verifier, portraits: Path):
    path = portraits / "astronaut.jpg"
    image = verifier.load(path)

    for source in (path, str(path), path.read_bytes(), image.pixels, image):
        loaded = verifier.load(source)
        np.testing.assert_array_equal(loaded.pixels, image.pixels)
    assert verifier.load(image) is image


@pytest.mark.parametrize("source", ["/nowhere.jpg", "", "\0", str(Path.cwd())])
def test_a_file_that_cannot_be_read_is_an_input_error(verifier: Verifier, source: str):
    with pytest.raises(InputError) as caught:
        verifier.load(source)
    assert caught.value.reason == "unreadable"


def test_the_size_limit_holds_before_a_file_is_read(portraits: Path):
    with (
        Verifier(Settings.model_validate({"imaging": {"max_bytes": 2048}})) as verifier,
        pytest.raises(InputError) as caught,
    ):
        verifier.load(portraits / "obama.jpg")
    assert caught.value.reason == "too_large"


def test_one_bad_file_costs_only_itself(verifier: Verifier, portraits: Path):
    good = portraits / "astronaut.jpg"

    answers = verifier.detect_faces_of([good, b"no picture", "/nowhere.jpg", good])

    assert [len(a) if isinstance(a, tuple) else a.reason for a in answers] == [1, "unknown_format", "unreadable", 1]


def test_warming_up_loads_every_net_that_the_settings_name(verifier: Verifier):
    verifier.warm_up()

    assert set(verifier.toolbox.runtime.loaded()) == {
        "faceres",
        "fr_detect",
        "fr_eye",
        "fr_feature",
        "fr_landmark",
        "fr_liveness",
        "mrz_ctc",
    }
