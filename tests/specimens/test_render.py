"""Every document renders; what is said about it is what is on it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import zxingcpp

from localverify.errors import NotFound
from localverify.imaging.geometry import quad_area
from specimens import Damage, Recapture, Split, Tampering, document_types, render, sides

LABELS = [(kind, side) for kind in document_types() for side in sides(kind)]
WANTED = {
    *(f"vn.{k}" for k in ("cmnd_old", "cmnd_new", "cccd", "cccd_new", "tcc", "mid", "passport", "passport_new")),
    "vn.business_license",
    *(f"in.{k}" for k in ("aadhaar", "aadhaar_letter", "pan", "voter", "passport", "dl")),
    *(f"ph.{k}" for k in ("nid", "ump", "tin", "dl", "sss", "passport", "postal", "philhealth", "prc", "loyalty")),
    *(f"fr.{k}" for k in ("id_2021", "id_1995", "residence_permit", "dl")),
    "ua.passport",
    "us.dl",
    *(f"icao.{k}" for k in ("td1", "td2", "td3", "mrva", "mrvb")),
}


def all_quads(truth):
    quads = [line.quad for line in truth.lines if line.kind != "mark"]
    quads += [quad for field in truth.fields for quad in field.quads]
    quads += [code.quad for code in truth.codes] + list(truth.portraits)
    return quads + [quad for quad in (truth.signature, truth.mrz and truth.mrz.quad) if quad]


def test_every_wanted_type_is_there():
    assert set(document_types()) == WANTED


@pytest.mark.parametrize(("kind", "side"), LABELS)
def test_everything_printed_lies_inside_the_document(kind, side):
    for seed, split in ((0, Split.TRAIN), (1, Split.TEST)):
        specimen = render(kind, side, seed, split)
        height, width = specimen.pixels.shape[:2]
        points = np.array(all_quads(specimen.truth)).reshape(-1, 2)
        assert points.min() >= -0.5
        assert (points <= (width - 0.5, height - 0.5)).all()
        assert any(line.text == "SPECIMEN" for line in specimen.truth.lines)


@pytest.mark.parametrize(("kind", "side"), LABELS)
def test_codes_can_be_read_and_say_what_the_truth_says(kind, side):
    specimen = render(kind, side, 2, Split.TEST)
    found = {code.bytes for code in zxingcpp.read_barcodes(specimen.pixels)}
    for code in specimen.truth.codes:
        assert code.payload.encode("latin-1") in found
        assert code.module >= 3


@pytest.mark.parametrize("split", list(Split))
def test_text_lies_where_the_truth_says(split):
    specimen = render("icao.td3", "front", 3, split)
    grey = cv2.cvtColor(specimen.pixels, cv2.COLOR_RGB2GRAY)
    for line in specimen.truth.lines:
        if line.kind in {"value", "mrz"}:
            (left, top), (right, bottom) = np.array(line.quad).min(0) + 0.5, np.array(line.quad).max(0) + 0.5
            inside = grey[round(top) : round(bottom), round(left) : round(right)] < 110
            assert inside.any(axis=0)[:4].any(), line.text
            assert inside.any(axis=0)[-4:].any(), line.text
            assert inside.any(axis=1)[:4].any(), line.text
            assert inside.any(axis=1)[-4:].any(), line.text


def test_the_same_seed_gives_the_same_pixels_and_another_does_not():
    first, again, other = (render("vn.cccd_new", "front", seed) for seed in (5, 5, 6))
    assert (first.pixels == again.pixels).all()
    assert first.truth == again.truth
    assert (first.pixels != other.pixels).any()


def test_both_sides_of_a_seed_belong_to_one_person():
    front, back = (render("icao.td1", side, 8).truth for side in ("front", "back"))
    assert front.record == back.record
    assert front.field("number").value.ljust(9, "<") in back.mrz.lines[0]


def test_a_given_portrait_is_printed():
    red = np.full((40, 30, 3), (200, 10, 10), np.uint8)
    specimen = render("us.dl", "front", 1, portrait=red)
    centre = np.array(specimen.truth.portraits[0]).mean(0).round().astype(int)
    assert tuple(specimen.pixels[centre[1], centre[0]]) == (200, 10, 10)


def test_an_edited_text_contradicts_the_record():
    genuine = render("icao.td3", "front", 4).truth
    forged = render("icao.td3", "front", 4, tampering=[Tampering.TEXT]).truth
    changed = [field for field, before in zip(forged.fields, genuine.fields, strict=True) if field != before]
    assert len(changed) == 1
    assert changed[0].value != forged.record[changed[0].name]
    assert forged.mrz == genuine.mrz
    assert forged.tampered == changed[0].quads


def test_a_replaced_portrait_changes_the_portrait_and_little_else():
    genuine, forged = (render("fr.dl", "front", 4, tampering=t) for t in ((), [Tampering.PORTRAIT]))
    differs = (genuine.pixels != forged.pixels).any(axis=2)
    (left, top), (right, bottom) = (np.array(forged.truth.tampered[0])[corner].astype(int) for corner in (0, 2))
    assert differs[top:bottom, left:right].mean() > 0.9
    differs[top - 9 : bottom + 9, left - 9 : right + 9] = False
    assert not differs.any()


@pytest.mark.parametrize("damage", [Damage.HOLE, Damage.CUT_CORNER])
def test_damage_takes_material_away_where_the_truth_says(damage):
    specimen = render("in.pan", "front", 3, damage=[damage])
    (left, top), _, (right, bottom), _ = np.array(specimen.truth.damaged[0]).round().astype(int)
    assert (specimen.mask[max(top, 0) : bottom, max(left, 0) : right] == 0).mean() > 0.3
    assert (specimen.mask == 0).mean() > (render("in.pan", "front", 3).mask == 0).mean()


@pytest.mark.parametrize("kind", list(Recapture))
def test_a_recaptured_document_keeps_its_truth_on_a_larger_sheet(kind):
    itself, shown = render("in.pan", "front", 3), render("in.pan", "front", 3, recapture=kind)
    assert shown.truth.recapture == kind
    assert shown.pixels.size > itself.pixels.size
    assert quad_area(shown.truth.quad) == pytest.approx(quad_area(itself.truth.quad))
    if kind is Recapture.PHOTOCOPY:
        assert np.ptp(shown.pixels.astype(int), axis=2).max() <= 3


def test_an_unknown_document_is_a_clear_error():
    with pytest.raises(NotFound, match=r"zz\.card\.front.*icao\.td1\.back"):
        render("zz.card")
