from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from localverify.config import Settings, StageSettings
from localverify.engine.registry import Toolbox
from localverify.errors import InputError
from localverify.imaging.decode import encode_png, from_array
from localverify.types import Barcode, Box, Point, Quad
from localverify.verify.codes import CodeVerb
from tests.code_pictures import code_image, code_plane

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from localverify.types import Image
    from localverify.verifier import Verifier

BLANK = from_array(np.full((60, 60), 255, np.uint8))


class SecondReader:
    """A reader that finds the same code in every picture, and remembers how many it was asked for."""

    name = "second"

    def __init__(self) -> None:
        self.asked = 0

    def run(self, batch: Sequence[Image]) -> list[tuple[Barcode, ...]]:
        self.asked += len(batch)
        corner = Point(*Box(0, 0, 1, 1)[:2])
        return [
            (Barcode("second", b"second", "QRCode", Quad(corner, corner, corner, corner), "second"),) for _ in batch
        ]


def test_each_picture_is_answered_in_order(toolbox: Toolbox):
    answers = CodeVerb(toolbox).read([code_image("one"), BLANK, code_image("two")])

    assert [[code.text for code in codes] for codes in answers] == [["one"], [], ["two"]]


def test_the_second_reader_is_asked_where_the_first_finds_nothing_and_only_there(monkeypatch: pytest.MonkeyPatch):
    second = SecondReader()
    toolbox = Toolbox(Settings(stages=StageSettings(barcodes_second="zbar")))
    first = toolbox.stage("barcodes")
    readers = {("barcodes", None): first, ("barcodes", "zbar"): second}
    monkeypatch.setattr(toolbox, "stage", lambda kind, name=None: readers[kind, name])

    answers = CodeVerb(toolbox).read([code_image("one"), BLANK])
    toolbox.close()

    assert [[code.text for code in codes] for codes in answers] == [["one"], ["second"]]
    assert second.asked == 1


def test_the_verifier_reads_paths_bytes_arrays_and_images(verifier: Verifier, tmp_path: Path):
    plane = code_plane("any source")
    encoded = encode_png(np.repeat(plane[..., None], 3, axis=2))
    file = tmp_path / "code.png"
    file.write_bytes(encoded)

    for source in (file, str(file), encoded, plane, from_array(plane)):
        assert [code.text for code in verifier.read_codes(source)] == ["any source"]


def test_a_bad_file_costs_only_itself(verifier: Verifier, tmp_path: Path):
    answers = verifier.read_codes_of([code_plane("good"), b"no picture", tmp_path / "none.png", code_plane("also")])

    assert [code.text for code in answers[0]] == ["good"]
    assert isinstance(answers[1], InputError)
    assert isinstance(answers[2], InputError)
    assert [code.text for code in answers[3]] == ["also"]


def test_one_bad_picture_alone_is_an_error(verifier: Verifier):
    with pytest.raises(InputError) as caught:
        verifier.read_codes(b"no picture")

    assert caught.value.reason == "unknown_format"
