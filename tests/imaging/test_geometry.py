from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from localverify.imaging.geometry import (
    box_area,
    box_iou,
    box_to_quad,
    clip_box,
    crop,
    fit_similarity,
    non_maximum_suppression,
    quad_area,
    quad_contains,
    quad_iou,
    quad_to_box,
    scale_box,
    tiles,
    turn_back,
    turned_box,
    turned_point,
    warp_quad,
)
from localverify.types import Box, Point, Quad

coordinates = st.floats(-500, 500, width=32)
sizes = st.floats(1, 400, width=32)
boxes = st.builds(lambda x, y, w, h: Box(x, y, x + w, y + h), coordinates, coordinates, sizes, sizes)
turns = st.sampled_from([0, 90, 180, 270])
pictures = st.tuples(st.integers(1, 12), st.integers(1, 12)).map(
    lambda shape: np.arange(shape[0] * shape[1] * 3, dtype=np.uint8).reshape(*shape, 3)
)


@given(boxes, boxes)
def test_overlap_is_symmetric_and_a_share(a: Box, b: Box):
    assert box_iou(a, b) == pytest.approx(box_iou(b, a))
    assert 0 <= box_iou(a, b) <= 1 + 1e-9
    assert box_iou(a, a) == pytest.approx(1)


@given(boxes, boxes)
def test_overlap_of_upright_quads_is_that_of_their_boxes(a: Box, b: Box):
    assert quad_iou(box_to_quad(a), box_to_quad(b)) == pytest.approx(box_iou(a, b), abs=1e-3)
    assert quad_iou(box_to_quad(a), box_to_quad(b)) == pytest.approx(quad_iou(box_to_quad(b), box_to_quad(a)), abs=1e-5)


def test_nothing_overlaps_nothing():
    empty = Box(3, 3, 3, 3)

    assert box_iou(empty, empty) == 0
    assert quad_iou(box_to_quad(empty), box_to_quad(empty)) == 0
    assert box_area(Box(5, 5, 1, 9)) == 0


@given(boxes)
def test_a_box_survives_the_way_through_a_quad(box: Box):
    assert quad_to_box(box_to_quad(box)) == box
    assert quad_area(box_to_quad(box)) == pytest.approx(box_area(box), rel=1e-4)


@given(boxes, st.floats(0.1, 4))
def test_scaling_keeps_the_centre(box: Box, factor: float):
    scaled = scale_box(box, factor)

    assert scaled.centre == pytest.approx(box.centre, abs=1e-3)
    assert scaled.width == pytest.approx(box.width * factor, abs=1e-3)


@given(boxes, st.integers(1, 300), st.integers(1, 300))
def test_a_clipped_box_lies_in_the_picture(box: Box, width: int, height: int):
    clipped = clip_box(box, width, height)

    assert 0 <= clipped.left <= clipped.right <= width
    assert 0 <= clipped.top <= clipped.bottom <= height


def test_a_quad_holds_its_middle_and_its_edge_but_not_what_is_outside():
    quad = Quad(Point(0, 0), Point(10, 2), Point(9, 12), Point(-1, 9))

    assert quad_contains(quad, Point(5, 6))
    assert quad_contains(quad, Point(0, 0))
    assert not quad_contains(quad, Point(-5, 6))


@given(st.lists(st.tuples(boxes, st.floats(0, 1, width=32)), min_size=1, max_size=12), st.floats(0.1, 0.9))
def test_suppression_keeps_the_best_and_no_two_that_overlap_much(scored: list[tuple[Box, float]], limit: float):
    array = np.array([box for box, _ in scored], np.float32)
    scores = np.array([score for _, score in scored], np.float32)

    kept = non_maximum_suppression(array, scores, limit)

    assert scores[kept[0]] == scores.max()
    assert list(scores[kept]) == sorted(scores[kept], reverse=True)
    for position, first in enumerate(kept):
        assert all(box_iou(Box(*array[first]), Box(*array[other])) <= limit + 1e-4 for other in kept[position + 1 :])
    for dropped in set(range(len(scored))) - set(kept):
        assert any(box_iou(Box(*array[dropped]), Box(*array[other])) > limit - 1e-4 for other in kept)


def test_suppression_of_nothing_is_nothing():
    assert non_maximum_suppression(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), 0.5) == []


@given(
    st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=10),
    st.floats(-np.pi, np.pi),
    st.floats(0.2, 5),
    coordinates,
    coordinates,
)
def test_a_similarity_is_recovered_from_what_it_did(points, angle: float, scale: float, right: float, down: float):
    source = np.array(points, np.float32)
    assume(np.ptp(source, axis=0).max() > 1)
    linear = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    target = (source @ linear.T + (right, down)).astype(np.float32)

    matrix = fit_similarity(source, target)

    assert source @ matrix[:, :2].T + matrix[:, 2] == pytest.approx(target, abs=0.05)


def test_points_that_are_one_fit_nothing():
    with pytest.raises(ValueError, match="differ"):
        fit_similarity(np.ones((3, 2), np.float32), np.zeros((3, 2), np.float32))


@given(pictures, turns, st.data())
def test_a_point_of_the_turned_picture_is_found_in_the_picture(pixels, turn: int, data):
    turned = turn_back(pixels, turn)
    y = data.draw(st.integers(0, turned.shape[0] - 1))
    x = data.draw(st.integers(0, turned.shape[1] - 1))

    place = turned_point(Point(x, y), turn, pixels.shape[1], pixels.shape[0])

    assert (turned == np.rot90(pixels, turn // 90)).all()
    assert (pixels[int(place.y), int(place.x)] == turned[y, x]).all()


@given(pictures, turns, st.data())
def test_a_box_of_the_turned_picture_holds_the_same_pixels(pixels, turn: int, data):
    turned = turn_back(pixels, turn)
    left = data.draw(st.integers(0, turned.shape[1] - 1))
    top = data.draw(st.integers(0, turned.shape[0] - 1))
    box = Box(
        left,
        top,
        data.draw(st.integers(left + 1, turned.shape[1])),
        data.draw(st.integers(top + 1, turned.shape[0])),
    )

    place = turned_box(box, turn, pixels.shape[1], pixels.shape[0])

    assert (turn_back(crop(pixels, place), turn) == crop(turned, box)).all()


@given(st.integers(1, 700), st.integers(1, 700), st.integers(20, 300), st.integers(0, 60))
def test_tiles_cover_the_picture_and_stay_in_it(width: int, height: int, size: int, overlap: int):
    assume(overlap < size)
    covered = np.zeros((height, width), bool)

    for tile in tiles(width, height, size, overlap):
        left, top, right, bottom = map(int, tile)
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        assert right - left <= size
        assert bottom - top <= size
        covered[top:bottom, left:right] = True

    assert covered.all()


@given(pictures, st.integers(-20, 20), st.integers(-20, 20), st.integers(1, 20), st.integers(1, 20))
def test_a_crop_has_the_box_s_size_and_grey_beyond_the_picture(pixels, left: int, top: int, width: int, height: int):
    cut = crop(pixels, Box(left, top, left + width, top + height), fill=9)

    assert cut.shape == (height, width, 3)
    padded = cv2.copyMakeBorder(pixels, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=(9, 9, 9))
    assert (cut == padded[top + 40 : top + 40 + height, left + 40 : left + 40 + width]).all()


def test_the_inside_of_a_quad_becomes_upright():
    pixels = np.zeros((100, 100, 3), np.uint8)
    pixels[20:60, 30:80] = 200

    inside = warp_quad(pixels, box_to_quad(Box(30, 20, 80, 60)), 50, 40)

    assert inside.shape == (40, 50, 3)
    assert (inside[2:-2, 2:-2] == 200).all()
