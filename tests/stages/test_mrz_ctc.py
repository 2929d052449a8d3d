from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from localverify.imaging.decode import from_array
from localverify.imaging.geometry import quad_from_array, quad_iou
from localverify.verify.mrz import read_zone
from tests.zones import FOLDER, TRUTH

if TYPE_CHECKING:
    from localverify.engine.registry import Toolbox
    from localverify.types import Image, MrzReader, MrzZone, Pixels
    from localverify.verifier import Verifier

NAMES = list(TRUTH)


@pytest.fixture(scope="module")
def reader(toolbox: Toolbox) -> MrzReader:
    return toolbox.stage("mrz", "ctc")


def pixels_of(verifier: Verifier, name: str) -> Pixels:
    return verifier.load(FOLDER / name).pixels


def image(pixels: Pixels) -> Image:
    return from_array(np.ascontiguousarray(pixels))


def lines_of(zone: MrzZone | None) -> list[str]:
    return [] if zone is None else list(read_zone(zone, date(2026, 11, 23)).lines)


@pytest.mark.parametrize("name", NAMES)
def test_every_layout_is_found_where_it_is_and_read(reader: MrzReader, verifier: Verifier, name: str):
    (zone,) = reader.run([verifier.load(FOLDER / name)])

    assert zone is not None
    assert lines_of(zone) == TRUTH[name]["lines"]
    assert quad_iou(zone.quad, quad_from_array(TRUTH[name]["quad"])) > 0.7
    assert (zone.turn, zone.mirrored, zone.reader) == (0, False, "ctc")
    assert zone.score > 0.8
    assert [table.shape for table in zone.posteriors] == [(len(line), 37) for line in TRUTH[name]["lines"]]


@pytest.mark.parametrize("turn", [90, 180, 270])
@pytest.mark.parametrize("name", NAMES[:3])
def test_a_turned_picture_reads_alike_and_says_its_turn(reader: MrzReader, verifier: Verifier, name: str, turn: int):
    (zone,) = reader.run([image(np.rot90(pixels_of(verifier, name), -turn // 90))])

    assert zone is not None
    assert lines_of(zone) == TRUTH[name]["lines"]
    assert zone.turn == turn
    assert not zone.mirrored


@pytest.mark.parametrize("degrees", [-40.0, 25.0, 55.0])
def test_any_angle_will_do(reader: MrzReader, verifier: Verifier, degrees: float):
    pixels = pixels_of(verifier, "td3.jpg")
    height, width = pixels.shape[:2]
    side = int(np.hypot(height, width)) + 2
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    matrix[:, 2] += (side - np.array([width, height])) / 2
    turned = cv2.warpAffine(pixels, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)

    (zone,) = reader.run([image(np.asarray(turned, np.uint8))])

    assert lines_of(zone) == TRUTH["td3.jpg"]["lines"]


@pytest.mark.parametrize(("axis", "turn"), [(1, 0), (0, 180)])
def test_a_mirrored_picture_is_recognised_as_one(reader: MrzReader, verifier: Verifier, axis: int, turn: int):
    (zone,) = reader.run([image(np.flip(pixels_of(verifier, "td2.jpg"), axis))])

    assert zone is not None
    assert zone.mirrored
    assert zone.turn == turn
    assert lines_of(zone) == TRUTH["td2.jpg"]["lines"]


def test_the_quad_begins_where_the_zone_does_however_the_picture_lies(reader: MrzReader, verifier: Verifier):
    pixels = pixels_of(verifier, "td1.jpg")
    upright, turned, mirrored = reader.run([image(pixels), image(np.rot90(pixels, 2)), image(pixels[:, ::-1])])

    assert upright is not None
    assert turned is not None
    assert mirrored is not None
    height, width = pixels.shape[:2]
    x, y = upright.quad.top_left
    assert turned.quad.top_left == pytest.approx((width - 1 - x, height - 1 - y), abs=4)
    assert mirrored.quad.top_left == pytest.approx((width - 1 - x, y), abs=4)


def test_small_and_large_pictures_read_alike(reader: MrzReader, verifier: Verifier):
    pixels = pixels_of(verifier, "td1.jpg")
    sizes = [cv2.resize(pixels, None, fx=f, fy=f, interpolation=cv2.INTER_AREA) for f in (0.75, 2.0, 5.0)]

    for zone in reader.run([image(np.asarray(one, np.uint8)) for one in sizes]):
        assert lines_of(zone) == TRUTH["td1.jpg"]["lines"]


def test_pictures_without_a_zone_have_none(reader: MrzReader, verifier: Verifier, portraits):
    noise = np.random.default_rng(3).integers(0, 256, (300, 400, 3)).astype(np.uint8)
    text = np.full((400, 700, 3), 255, np.uint8)
    for row in range(8):
        cv2.putText(text, "PLAIN WORDS OF ANY KIND 1234", (10, 40 + 45 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (0, 0, 0))
    blank, dot = np.full((200, 300, 3), 255, np.uint8), np.zeros((1, 1, 3), np.uint8)

    pictures = [verifier.load(portraits / "obama.jpg"), *map(image, (noise, text, blank, dot))]

    assert reader.run(pictures) == [None] * 5


def test_a_zone_without_its_second_line_is_none(reader: MrzReader, verifier: Verifier):
    pixels = pixels_of(verifier, "td3.jpg").copy()
    quad = np.array(TRUTH["td3.jpg"]["quad"])
    lower = np.array([(quad[0] + quad[3]) / 2, (quad[1] + quad[2]) / 2, quad[2] + [60, 30], quad[3] + [-60, 30]])
    cv2.fillPoly(pixels, [lower.astype(np.int32)], (230, 230, 230))

    assert reader.run([image(pixels)]) == [None]


def test_nothing_in_nothing_out(reader: MrzReader):
    assert list(reader.run([])) == []
