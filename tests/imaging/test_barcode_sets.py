from __future__ import annotations

import numpy as np

from localverify.imaging.barcode_sets import Ballot, add_new, in_reading_order, same_bars, same_place
from localverify.imaging.geometry import box_to_quad
from localverify.types import Barcode, Box


def code(text: str, left: float, top: float, width: float = 100, height: float = 100) -> Barcode:
    return Barcode(text, text.encode(), "EAN13", box_to_quad(Box(left, top, left + width, top + height)), "test")


def test_a_scan_line_inside_a_symbol_is_the_same_place():
    assert same_place(code("a", 0, 0), code("b", 5, 48, 90, 2))
    assert not same_place(code("a", 0, 0), code("b", 130, 0))


def test_the_same_text_is_kept_once_a_place():
    kept: list[Barcode] = []

    add_new(kept, [code("a", 0, 0), code("a", 3, 2), code("a", 300, 0), code("b", 3, 2)])

    assert [(c.text, c.quad.top_left.x) for c in kept] == [("a", 0), ("a", 300), ("b", 3)]


def test_rows_are_read_from_the_top_and_each_from_the_left():
    crooked = [code("d", 10, 220), code("b", 150, 0), code("c", 300, 30), code("a", 0, 12)]

    assert "".join(c.text for c in in_reading_order(crooked)) == "abcd"
    assert in_reading_order([]) == ()


def test_one_vote_elects_nobody():
    ballot = Ballot(same_place)
    ballot.cast("first", [code("a", 0, 0), code("a", 1, 1)])

    assert ballot.elected() == ()
    assert ballot.undecided()


def test_two_renditions_elect():
    ballot = Ballot(same_place)
    ballot.cast("first", [code("a", 0, 0)])
    ballot.cast("second", [code("a", 2, 2)])

    assert [c.text for c in ballot.elected()] == ["a"]
    assert not ballot.undecided()


def test_a_tie_elects_nobody_until_it_is_broken():
    ballot = Ballot(same_place)
    for rendition in ("first", "second"):
        ballot.cast(rendition, [code("right", 0, 0), code("wrong", 2, 2)])
    tied = ballot.elected()
    ballot.cast("third", [code("right", 0, 0)])

    assert tied == ()
    assert [c.text for c in ballot.elected()] == ["right"]


def test_neighbours_do_not_compete():
    ballot = Ballot(same_place)
    for rendition in ("first", "second"):
        ballot.cast(rendition, [code("a", 0, 0), code("b", 200, 0)])

    assert [c.text for c in ballot.elected()] == ["a", "b"]


def test_scan_lines_are_of_one_code_where_the_bars_run_from_one_to_the_other():
    bars = np.repeat(np.random.default_rng(3).integers(0, 2, 50).astype(np.uint8) * 255, 4)
    plane = np.tile(bars, (150, 1))
    top, bottom = code("a", 0, 10, 199, 2), code("b", 0, 140, 199, 2)
    whole = same_bars(plane, top, bottom)
    plane[70:80] = 255

    assert whole
    assert not same_bars(plane, top, bottom)
