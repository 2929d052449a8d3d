from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.test_faces import run
from tests.zones import FOLDER, TRUTH

if TYPE_CHECKING:
    from pathlib import Path


def test_a_zone_is_one_json_line():
    status, (answer,), _ = run("read-mrz", FOLDER / "td1.jpg", "--json")

    assert status == 0
    assert set(answer) == {"file", "lines", "format", "valid", "repaired", "fields"}
    assert answer["file"] == str(FOLDER / "td1.jpg")
    assert answer["lines"] == TRUTH["td1.jpg"]["lines"]
    assert answer["format"] == "TD1"
    assert answer["fields"]["surname"] == "JUVUZ"


def test_a_picture_without_a_zone_has_null_lines_and_ends_with_one(portraits: Path):
    status, (answer,), _ = run("read-mrz", portraits / "biden.jpg", "--json")

    assert status == 1
    assert answer["lines"] is None
    assert answer["format"] is None
    assert answer["fields"] == {}


def test_a_bad_file_is_reported_while_the_rest_goes_on(tmp_path: Path):
    text = tmp_path / "text.jpg"
    text.write_text("no picture")

    status, answers, complaint = run("read-mrz", text, FOLDER / "td2.jpg", "--json")

    assert status == 2
    assert [answer["lines"] for answer in answers] == [TRUTH["td2.jpg"]["lines"]]
    assert "unknown_format" in complaint


def test_the_page_shows_the_picture_the_zone_and_the_lines(tmp_path: Path, portraits: Path):
    page = tmp_path / "page.html"

    status, _, _ = run("read-mrz", FOLDER / "td3.jpg", portraits / "biden.jpg", "--json", "--html", page)

    text = page.read_text(encoding="utf-8")
    assert status == 1
    assert text.count("data:image/jpeg;base64,") == 3
    assert "DOWABARU" in text
    assert "No machine-readable zone" in text


def test_a_page_that_cannot_be_written_is_an_error(tmp_path: Path):
    status, _, complaint = run("read-mrz", FOLDER / "td3.jpg", "--json", "--html", tmp_path / "none" / "page.html")

    assert status == 2
    assert "cannot write" in complaint
