from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localverify.imaging.binarise import global_threshold
from localverify.imaging.finder_patterns import find_finder_patterns, finder_triples, unique_patterns
from localverify.imaging.module_grid import TIMING_SCORE, likely_dimension, read_grids, render
from tests.code_pictures import code_plane, on_desk, round_a_can, without_quiet_zone

TEXT = "https://example.org/"


def test_the_three_patterns_of_a_code_are_found_where_they_are():
    plane = code_plane(TEXT, scale=6)
    patterns = find_finder_patterns(plane)

    centres = sorted(tuple(pattern.centre.tolist()) for pattern in patterns)
    near, far = (4 + 3.5) * 6, plane.shape[0] - (4 + 3.5) * 6
    assert centres == [pytest.approx(place, abs=2) for place in ((near, near), (near, far), (far, near))]
    assert [pattern.module for pattern in patterns] == [pytest.approx(6, abs=0.5)] * 3


def test_a_black_ground_hides_no_pattern():
    assert len(find_finder_patterns(without_quiet_zone(TEXT))) == 3


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_the_corner_and_its_arms_are_told_apart(turn: int):
    (triple,) = finder_triples(find_finder_patterns(np.rot90(code_plane(TEXT), turn).copy()))

    u, v = triple.right.centre - triple.corner.centre, triple.below.centre - triple.corner.centre
    assert abs(u @ v) < 1
    assert u[0] * v[1] - u[1] * v[0] > 0
    assert triple.strain < 0.05


def test_patterns_of_two_renditions_are_one():
    patterns = find_finder_patterns(code_plane(TEXT))

    assert len(unique_patterns([*patterns, *patterns])) == 3


def test_squares_and_rings_that_are_no_pattern_are_left():
    plane = np.full((200, 400), 255, np.uint8)
    cv2.rectangle(plane, (20, 20), (120, 120), 0, 3)
    cv2.rectangle(plane, (64, 64), (76, 76), 0, -1)  # too small for its frame
    cv2.rectangle(plane, (200, 20), (300, 120), 0, 20)
    cv2.rectangle(plane, (222, 40), (250, 100), 0, -1)  # not in the middle

    assert find_finder_patterns(plane) == []
    assert find_finder_patterns(np.full((5, 5), 255, np.uint8)) == []
    assert finder_triples([]) == []


@pytest.mark.parametrize("length", [4, 60, 250, 900])
def test_the_number_of_modules_and_the_modules_are_found(length: int):
    plane = on_desk(code_plane("x" * length, scale=4), 20, 30, side=900)
    (triple, *_) = finder_triples(find_finder_patterns(global_threshold(plane)))

    dimension, timing = likely_dimension(plane, triple)
    flat = next(read_grids(plane, triple, dimension))

    clean = code_plane("x" * length, scale=4)
    assert dimension == clean.shape[0] // 4 - 8
    assert timing > TIMING_SCORE
    assert (render(flat.dark) == clean).all()


def test_the_second_grid_follows_a_can_that_the_first_cannot():
    clean = code_plane("Test 03", scale=10, ec_level="L")
    plane = round_a_can(on_desk(clean, 190, 190), 240)
    (triple, *_) = finder_triples(find_finder_patterns(global_threshold(plane)))

    dimension, timing = likely_dimension(plane, triple)
    _, bent = read_grids(plane, triple, dimension)

    wanted = clean[5::10, 5::10][4:-4, 4:-4] == 0
    assert timing > TIMING_SCORE
    assert (bent.dark == wanted).mean() > 0.97


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**31))
def test_noise_is_survived(width: int, height: int, seed: int):
    noise = np.random.default_rng(seed).integers(0, 2, (height, width)).astype(np.uint8) * 255

    for triple in finder_triples(find_finder_patterns(noise)):
        likely_dimension(noise, triple)
