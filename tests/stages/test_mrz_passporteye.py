from __future__ import annotations

import importlib.util
import shutil

import pytest

from localverify.config import Settings
from localverify.errors import NotReady
from localverify.verifier import Verifier
from tests.zones import FOLDER

PACKAGE = importlib.util.find_spec("passporteye") is not None
PROGRAM = shutil.which("tesseract") is not None
SETTINGS = {"stages": {"mrz": "passporteye"}}


@pytest.mark.skipif(PROGRAM, reason="tesseract is installed")
def test_without_tesseract_the_answer_says_what_to_install():
    with Verifier(Settings.model_validate(SETTINGS)) as verifier, pytest.raises(NotReady, match="tesseract-ocr"):
        verifier.read_mrz(FOLDER / "td3.jpg")


@pytest.mark.skipif(PACKAGE or not PROGRAM, reason="passporteye is installed, or tesseract is not")
def test_without_the_package_the_answer_says_what_to_install():
    with Verifier(Settings.model_validate(SETTINGS)) as verifier, pytest.raises(NotReady, match=r"\[passporteye\]"):
        verifier.read_mrz(FOLDER / "td3.jpg")


@pytest.mark.skipif(not (PACKAGE and PROGRAM), reason="needs the extra passporteye and tesseract")
def test_passporteye_reads_a_zone_or_says_there_is_none():
    with Verifier(Settings.model_validate(SETTINGS)) as verifier:
        readings = [verifier.read_mrz(FOLDER / name) for name in ("td3.jpg", "td1.jpg")]

    read = [reading for reading in readings if reading is not None]
    assert read
    assert all(reading.zone.reader == "passporteye" for reading in read)
    assert all(len(line) in {30, 36, 44} for reading in read for line in reading.lines)
