from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localverify.imaging.decode import from_array
from localverify.imaging.geometry import box_to_quad, quad_iou
from localverify.stages.barcodes_zxing import ZxingReader
from localverify.types import Box, Quad
from tests.code_pictures import code_image, code_plane, on_desk, round_a_can, without_quiet_zone

if TYPE_CHECKING:
    from localverify.engine.registry import Toolbox

# One text that each symbology can hold.
PAYLOADS = {
    "QRCode": "https://example.org/x?y=1",
    "MicroQRCode": "12345",
    "RMQRCode": "rectangular",
    "DataMatrix": "Data Matrix 01",
    "Aztec": "Aztec 01",
    "PDF417": "PDF417 with some more text",
    "MaxiCode": "MaxiCode 01",
    "Code128": "CODE-128 01",
    "Code39": "CODE39",
    "Code93": "CODE93",
    "Codabar": "A123456B",
    "EAN13": "4006381333931",
    "EAN8": "73513537",
    "UPCE": "01234565",
    "ITF": "30712345000010",
}


@pytest.fixture(scope="module")
def reader(toolbox: Toolbox) -> ZxingReader:
    """A reader with time to spare, so that a busy machine reads the same as an idle one."""
    return ZxingReader(toolbox.runtime, budget_s=60)


def test_the_registry_s_reader_is_this_one(toolbox: Toolbox):
    assert isinstance(toolbox.stage("barcodes", "zxing"), ZxingReader)


def texts(reader: ZxingReader, plane: np.ndarray) -> list[str]:
    return [code.text for code in reader.run([from_array(plane)])[0]]


@pytest.mark.parametrize("symbology", PAYLOADS)
def test_every_symbology_is_read_with_its_name(reader: ZxingReader, symbology: str):
    ((code,),) = reader.run([code_image(PAYLOADS[symbology], symbology)])

    assert code.format == symbology
    assert PAYLOADS[symbology].strip("AB") in code.text or symbology == "UPCE"
    assert code.data


def test_raw_bytes_come_with_the_text(reader: ZxingReader):
    payload = bytes(range(256))

    ((code,),) = reader.run([code_image(payload)])

    assert code.data == payload


@pytest.mark.parametrize("text", ["Nguyễn Thị Minh Khai", "日本語", "Ünïcödé €"])
def test_text_beyond_ascii_survives(reader: ZxingReader, text: str):
    ((code,),) = reader.run([code_image(text)])

    assert code.text == text


def test_control_characters_of_driving_licences_survive(reader: ZxingReader):
    text = "@\n\x1e\rANSI 636000090002DL00410278ZV03190008DLDAQT64235789\r"

    ((code,),) = reader.run([code_image(text, "PDF417")])

    assert code.text == text


def test_the_quad_lies_on_the_code(reader: ZxingReader):
    plane = code_plane("where am I", scale=5)
    quiet = 4 * 5
    side = plane.shape[0] - 2 * quiet
    picture = on_desk(plane, 200, 330)

    ((code,),) = reader.run([from_array(picture)])

    wanted = box_to_quad(Box(200 + quiet, 330 + quiet, 200 + quiet + side, 330 + quiet + side))
    assert quad_iou(code.quad, wanted) > 0.95


def test_the_quad_of_a_code_from_a_harder_look_lies_on_it_too(reader: ZxingReader):
    picture = without_quiet_zone("no quiet zone at all")

    ((code,),) = reader.run([from_array(picture)])

    height, width = picture.shape
    assert code.reader == "zxing: module grid"
    assert quad_iou(code.quad, box_to_quad(Box(60, 60, width - 60, height - 60))) > 0.95


def test_codes_come_in_reading_order(reader: ZxingReader):
    planes = [code_plane(f"code {n}", scale=4) for n in range(6)]
    rows = [np.hstack([np.pad(p, 20, constant_values=255) for p in planes[start : start + 3]]) for start in (0, 3)]

    assert texts(reader, np.vstack(rows)) == [f"code {n}" for n in range(6)]


def test_the_same_text_in_two_places_is_two_codes(reader: ZxingReader):
    plane = np.pad(code_plane("twin"), 20, constant_values=255)

    assert texts(reader, np.hstack([plane, plane])) == ["twin", "twin"]


def test_a_bar_code_is_one_code_however_many_scan_lines_see_it(reader: ZxingReader):
    plane = code_plane("4006381333931", "EAN13")
    tall = cv2.resize(plane, (plane.shape[1], plane.shape[0] * 4), interpolation=cv2.INTER_NEAREST)

    assert texts(reader, tall) == ["4006381333931"]


def test_bar_codes_stacked_on_a_label_are_all_read(reader: ZxingReader):
    numbers = [f"35693803564{n}809" for n in range(3)]
    planes = [np.pad(code_plane(number, "Code128", scale=3), 10, constant_values=255) for number in numbers]

    assert texts(reader, np.vstack(planes)) == numbers


def _inverted(plane: np.ndarray) -> np.ndarray:
    return 255 - plane


def _turned(plane: np.ndarray) -> np.ndarray:
    matrix = cv2.getRotationMatrix2D((plane.shape[1] / 2, plane.shape[0] / 2), 33, 0.7)
    return cv2.warpAffine(plane, matrix, plane.shape[::-1], borderValue=150)


def _dim(plane: np.ndarray) -> np.ndarray:
    ramp = np.linspace(0.05, 0.5, plane.shape[1], dtype=np.float32)
    return (plane * 0.25 * ramp + 12).astype(np.uint8)


def _glaring(plane: np.ndarray) -> np.ndarray:
    height, width = plane.shape
    rows, columns = np.mgrid[:height, :width]
    spot = np.exp(-((columns - width * 0.55) ** 2 + (rows - height * 0.55) ** 2) / (2 * (width * 0.04) ** 2))
    return np.clip(plane * 0.6 + 300 * spot, 0, 255).astype(np.uint8)


def _can(plane: np.ndarray) -> np.ndarray:
    return round_a_can(plane, plane.shape[1] * 0.3)


def _scratched(plane: np.ndarray) -> np.ndarray:
    scratched = plane.copy()
    cv2.line(scratched, (200, 260), (480, 420), 255, 3)
    return scratched


def _smeared(plane: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(plane, (0, 0), 3.2)


@pytest.mark.parametrize("spoil", [_inverted, _turned, _dim, _glaring, _can, _scratched, _smeared])
def test_a_hard_picture_is_read(reader: ZxingReader, spoil):
    picture = on_desk(code_plane("https://example.org/item/000123456789", ec_level="M", scale=8), 150, 190, ground=230)

    assert texts(reader, spoil(picture)) == ["https://example.org/item/000123456789"]


def test_red_finder_patterns_are_found(reader: ZxingReader):
    plane = code_plane("company colours", scale=8)
    pixels = np.repeat(plane[..., None], 3, axis=2)
    far = plane.shape[0] - 9 * 8
    for left, top in ((6 * 8, 6 * 8), (far, 6 * 8), (6 * 8, far)):
        pixels[top : top + 24, left : left + 24] = (215, 90, 70)

    assert [code.text for code in reader.run([from_array(pixels)])[0]] == ["company colours"]


def test_pictures_without_a_code_read_as_nothing(reader: ZxingReader):
    random = np.random.default_rng(7)
    noise = cv2.GaussianBlur(random.integers(0, 256, (400, 500)).astype(np.uint8), (0, 0), 1.5)
    stripes = np.tile(np.repeat(random.integers(0, 2, 80).astype(np.uint8) * 255, 5), (300, 1))
    squares = np.kron(random.integers(0, 2, (40, 40)).astype(np.uint8) * 255, np.ones((9, 9), np.uint8))

    for plane in (noise, stripes, squares, np.full((300, 300), 128, np.uint8)):
        assert texts(reader, plane) == []


@pytest.mark.parametrize("symbology", ["Code128", "EAN13", "Code39", "ITF", "Codabar"])
def test_a_spoilt_bar_code_is_a_miss_not_a_guess(reader: ZxingReader, symbology: str):
    plane = code_plane(PAYLOADS[symbology], symbology, scale=3)

    for radius in (2.0, 2.5, 3.0, 3.5, 4.0, 6.0):
        assert set(texts(reader, cv2.GaussianBlur(plane, (0, 0), radius))) <= {PAYLOADS[symbology], "123456"}


def test_one_odd_picture_in_a_batch_costs_only_itself(reader: ZxingReader):
    odd = [from_array(np.zeros(shape, np.uint8)) for shape in [(1, 1), (1, 900), (900, 1), (2, 3)]]
    good = code_image("still here")

    answers = reader.run([odd[0], good, *odd[1:], good])

    assert [[code.text for code in codes] for codes in answers] == [[], ["still here"], [], [], [], ["still here"]]


def test_an_empty_batch_is_an_empty_answer(reader: ZxingReader):
    assert reader.run([]) == []


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 2**31))
def test_small_noise_of_any_shape_is_survived(reader: ZxingReader, width: int, height: int, seed: int):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3)).astype(np.uint8)

    (codes,) = reader.run([from_array(pixels)])

    assert all(isinstance(code.quad, Quad) for code in codes)


def test_when_time_is_up_the_plain_look_still_counts(toolbox: Toolbox):
    hurried = ZxingReader(toolbox.runtime, budget_s=1e-9)

    assert [code.text for code in hurried.run([code_image("quick")])[0]] == ["quick"]
    assert hurried.run([from_array(without_quiet_zone("slow"))]) == [()]


def test_a_page_of_many_codes_is_read_whole(reader: ZxingReader):
    cells = [np.pad(code_plane(f"item {n:03d}", scale=4), 12, constant_values=255) for n in range(60)]
    page = np.vstack([np.hstack(cells[row * 10 : row * 10 + 10]) for row in range(6)])

    assert texts(reader, page) == [f"item {n:03d}" for n in range(60)]


def test_a_micro_qr_code_is_not_made_of_a_qr_code_s_corner(reader: ZxingReader):
    for radius in (2.0, 3.0, 4.0, 5.0):
        picture = cv2.GaussianBlur(
            on_desk(code_plane("https://example.org/fg2l3ahhp8", scale=6), 200, 200), (0, 0), radius
        )
        assert texts(reader, picture) in ([], ["https://example.org/fg2l3ahhp8"])
