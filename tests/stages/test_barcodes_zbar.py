from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING

import numpy as np
import pytest

from localverify.engine.registry import StageContext
from localverify.errors import NotReady
from localverify.imaging.decode import from_array
from localverify.imaging.geometry import box_to_quad, quad_iou
from localverify.stages.barcodes_zbar import ZbarReader
from localverify.types import Box
from tests.code_pictures import code_image, code_plane, on_desk

if TYPE_CHECKING:
    from localverify.engine.registry import Toolbox


def _missing() -> str:
    if importlib.util.find_spec("pyzbar") is None:
        return "pyzbar is not installed: pip install localverify[zbar]"
    try:
        importlib.import_module("pyzbar.pyzbar")
    except ImportError:
        return "the ZBar library is not installed: apt-get install libzbar0"
    return ""


needs_zbar = pytest.mark.skipif(bool(_missing()), reason=_missing() or "installed")


@needs_zbar
@pytest.mark.parametrize(
    ("text", "symbology"), [("hello", "QRCode"), ("CODE-128 01", "Code128"), ("4006381333931", "EAN13")]
)
def test_symbologies_are_spelt_as_by_the_first_reader(toolbox: Toolbox, text: str, symbology: str):
    ((code,),) = toolbox.stage("barcodes", "zbar").run([code_image(text, symbology)])

    assert (code.text, code.format, code.data, code.reader) == (text, symbology, text.encode(), "zbar")


@needs_zbar
def test_the_quad_lies_on_the_code(toolbox: Toolbox):
    plane = code_plane("where am I", scale=5)
    side = plane.shape[0] - 40

    ((code,),) = toolbox.stage("barcodes", "zbar").run([from_array(on_desk(plane, 200, 330))])

    assert quad_iou(code.quad, box_to_quad(Box(220, 350, 220 + side, 350 + side))) > 0.9
    assert code.quad.top_left.x < code.quad.top_right.x
    assert code.quad.top_left.y < code.quad.bottom_left.y


@needs_zbar
def test_one_odd_picture_in_a_batch_costs_only_itself(toolbox: Toolbox):
    odd = from_array(np.zeros((1, 1), np.uint8))

    answers = toolbox.stage("barcodes", "zbar").run([odd, code_image("still here"), odd])

    assert [[code.text for code in codes] for codes in answers] == [[], ["still here"], []]


def test_a_picture_on_which_pyzbar_fails_costs_only_itself(toolbox: Toolbox):
    class Failing:
        """pyzbar 0.1.9 on a symbol without a place."""

        PyZbarError = RuntimeError
        ZBarSymbol = ()

        @staticmethod
        def decode(_: object, symbols: object) -> list[object]:  # noqa: ARG004
            raise ValueError("min() arg is an empty sequence")

    assert ZbarReader(toolbox.runtime, Failing).run([code_image("x"), code_image("y")]) == [(), ()]


@pytest.mark.skipif(not _missing(), reason="zbar is installed")
def test_without_it_the_reader_says_what_to_install(toolbox: Toolbox):
    with pytest.raises(NotReady, match=r"localverify\[zbar\]|libzbar0"):
        toolbox.stage("barcodes", "zbar")


def test_a_missing_library_is_told_from_a_missing_package(toolbox: Toolbox, monkeypatch: pytest.MonkeyPatch):
    from localverify.stages import barcodes_zbar

    def without_library(name: str) -> object:
        raise ImportError(f"Unable to find zbar shared library ({name})")

    monkeypatch.setattr(barcodes_zbar.importlib, "import_module", without_library)

    with pytest.raises(NotReady, match="apt-get install libzbar0"):
        barcodes_zbar.build(StageContext(toolbox.settings, toolbox.runtime))
