"""A scene's truth is where the scene shows it."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from localverify.imaging.geometry import quad_iou, warp_quad
from localverify.types import Point, Quad
from specimens import Effect, PhotoOptions, Quality, Split, document_types, photograph, render, sides
from specimens.fonts import families
from specimens.scenery import _SURFACES
from specimens.truth import to_json

PLAIN = PhotoOptions(quality=Quality.CLEAN, only=True)


def corners(quad):
    return np.array(quad)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), split=st.sampled_from(list(Split)), turn=st.sampled_from([0, 90, 180, 270]))
def test_the_quads_of_a_whole_document_are_inside_the_picture(seed, split, turn):
    specimen = render("ph.nid", "front", seed, split)
    scene = photograph(specimen, seed, split, PhotoOptions(turn=turn))
    truth = scene.truth.documents[0]
    points = np.concatenate([corners(truth.quad), *(corners(line.quad) for line in truth.lines)])
    assert (points > -1).all()
    assert (points < (1280, 960)).all()
    assert scene.truth.visible == (pytest.approx(1.0),)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_unwarping_by_the_truth_gives_the_document_back(turn):
    specimen = render("vn.cccd_new", "front", 3, Split.TEST)
    scene = photograph(specimen, 3, Split.TEST, PhotoOptions(quality=Quality.CLEAN, only=True, turn=turn))
    height, width = specimen.pixels.shape[:2]
    matrix = cv2.getPerspectiveTransform(
        np.array(scene.truth.documents[0].quad, np.float32), np.array(specimen.truth.quad, np.float32)
    )
    flat = cv2.warpPerspective(scene.pixels, matrix, (width, height))
    seen, printed = (cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32) for pixels in (flat, specimen.pixels))
    window = cv2.createHanningWindow((width, height), cv2.CV_32F)
    (right, down), response = cv2.phaseCorrelate(seen, printed, window)
    assert response > 0.1
    assert abs(right) < 0.5
    assert abs(down) < 0.5


@pytest.mark.parametrize("split", list(Split))
def test_the_code_of_a_card_is_read_in_a_clean_scene_where_the_truth_says(split):
    scene = photograph(render("vn.cccd_new", "front", 11, split), 11, split, PLAIN)
    expected = scene.truth.documents[0].codes[0]
    found = zxingcpp.read_barcodes(scene.pixels)
    assert [code.text for code in found] == [expected.text]
    place = found[0].position
    seen = Quad(*(Point(p.x, p.y) for p in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)))
    assert quad_iou(seen, expected.quad) > 0.9


def test_the_same_seed_gives_the_same_bytes():
    specimen = render("us.dl", "back", 1)
    first, again, other = (photograph(specimen, seed) for seed in (2, 2, 3))
    assert first.jpeg == again.jpeg
    assert to_json(first.truth) == to_json(again.truth)
    assert first.jpeg != other.jpeg


def test_the_truth_of_a_scene_is_plain_json():
    scene = photograph(render("us.dl", "back", 1), 2)
    back = json.loads(json.dumps(to_json(scene.truth)))
    assert back["documents"][0]["document_type"] == "us.dl"
    assert len(back["documents"][0]["quad"]) == 4
    assert scene.pixels.shape == (back["height"], back["width"], 3)


def test_a_cut_off_card_is_partly_outside():
    scene = photograph(render("in.pan", "front", 1), 4, options=PhotoOptions(effects=frozenset({Effect.CUT_OFF})))
    assert 0.4 < scene.truth.visible[0] < 0.99
    assert scene.truth.effects["cut_off"] == pytest.approx(1 - scene.truth.visible[0])


def test_two_cards_do_not_overlap_and_no_card_is_an_empty_truth():
    pair = photograph([render("in.pan", "front", 1), render("us.dl", "front", 2)], 4)
    first, second = pair.truth.documents
    assert quad_iou(first.quad, second.quad) == 0
    assert photograph([], 4).truth.documents == ()


def test_glare_over_a_field_is_told():
    options = PhotoOptions(effects=frozenset({Effect.GLARE}), only=True)
    scenes = [photograph(render("in.dl", "front", seed), seed, options=options) for seed in range(4)]
    covered = [field for scene in scenes for field in scene.truth.documents[0].fields if field.covered > 0.5]
    assert covered
    clear = photograph(render("in.dl", "front", 0), 0, options=PhotoOptions(only=True))
    assert {field.covered for field in clear.truth.documents[0].fields} == {0.0}


@pytest.mark.parametrize(("effect", "low", "high"), [(Effect.DARK, 0, 60), (Effect.BRIGHT, 150, 256)])
def test_exposure_effects_change_the_brightness_of_the_document(effect, low, high):
    options = PhotoOptions(effects=frozenset({effect}), only=True)
    scene = photograph(render("in.pan", "front", 1), 6, options=options)
    flat = warp_quad(scene.pixels, scene.truth.documents[0].quad, 200, 120)
    assert low <= flat.mean() < high


def test_the_splits_share_no_surface_and_no_font_but_the_one_of_the_zone():
    assert not set(_SURFACES[Split.TRAIN]) & set(_SURFACES[Split.TEST])
    for role in ("sans", "serif", "mono", "devanagari", "hand"):
        assert not set(families(role, Split.TRAIN)) & set(families(role, Split.TEST))
        assert families(role, Split.TRAIN)
        assert families(role, Split.TEST)


def test_every_type_has_a_front():
    assert all("front" in sides(kind) for kind in document_types())
