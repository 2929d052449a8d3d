from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np

from localverify.imaging.decode import encode_png
from tests.code_pictures import code_plane

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: object) -> tuple[int, str, str]:
    """The command as a process of its own: exit status, stdout, stderr."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "localverify.cli", *map(str, arguments)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def picture(folder: Path, name: str, *texts: str) -> Path:
    """A PNG with a QR code for each text, side by side; blank without any."""
    planes = [np.pad(code_plane(text), 20, constant_values=255) for text in texts]
    height = max([plane.shape[0] for plane in planes], default=200)
    padded = [np.pad(p, ((0, height - p.shape[0]), (0, 0)), constant_values=255) for p in planes]
    plane = np.hstack(padded) if padded else np.full((height, 200), 255, np.uint8)
    file = folder / name
    file.write_bytes(encode_png(np.repeat(plane[..., None], 3, axis=2)))
    return file


def test_each_file_is_one_json_line_with_texts_formats_and_quads(tmp_path: Path):
    one, two = picture(tmp_path, "one.png", "first"), picture(tmp_path, "two.png", "đầu tiên", "second")

    status, out, complaint = run("read-codes", one, two, "--json")

    answers = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert complaint == ""
    assert [answer["file"] for answer in answers] == [str(one), str(two)]
    assert [[code["text"] for code in answer["codes"]] for answer in answers] == [["first"], ["đầu tiên", "second"]]
    for answer in answers:
        assert set(answer) == {"file", "codes"}
        for code in answer["codes"]:
            assert set(code) == {"text", "format", "quad"}
            assert code["format"] == "QRCode"
            assert np.array(code["quad"]).shape == (4, 2)


def test_a_picture_without_a_code_is_a_negative_answer(tmp_path: Path):
    status, out, _ = run("read-codes", picture(tmp_path, "blank.png"), "--json")

    assert status == 1
    assert json.loads(out)["codes"] == []


def test_a_bad_file_is_reported_and_the_rest_goes_on(tmp_path: Path):
    text = tmp_path / "text.png"
    text.write_text("no picture")

    status, out, complaint = run("read-codes", text, tmp_path / "none.png", picture(tmp_path, "a.png", "a"), "--json")

    assert status == 2
    assert [json.loads(line)["codes"][0]["text"] for line in out.splitlines()] == ["a"]
    assert "unknown_format" in complaint
    assert "none.png" in complaint


def test_a_person_gets_lines_to_read(tmp_path: Path):
    status, out, _ = run("read-codes", picture(tmp_path, "a.png", "for people"))

    assert status == 0
    assert "a.png: 1 code" in out
    assert "QRCode: for people" in out


def test_no_file_is_a_usage_error():
    assert run("read-codes")[0] == 2


def test_a_setting_that_is_unknown_or_wrong_is_told(tmp_path: Path):
    config = tmp_path / "settings.toml"
    config.write_text("[codes]\nbudget_s = -1\n")

    status, _, complaint = run("read-codes", picture(tmp_path, "a.png", "a"), "--config", config)

    assert status == 2
    assert "codes.budget_s" in complaint
