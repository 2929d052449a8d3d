"""The command writes a picture and a truth for each scene."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from specimens.cli import main


def test_scenes_are_written_the_same_by_one_process_and_by_two(tmp_path, capsys):
    for jobs in ("1", "2"):
        arguments = [str(tmp_path / jobs), "--types", "us.dl,in.pan.front", "--count", "3", "--jobs", jobs]
        assert main([*arguments, "--size", "640x480", "--turn", "any"]) == 0
    assert "3 scenes" in capsys.readouterr().out
    names = sorted(path.name for path in (tmp_path / "1").iterdir())
    assert names == [f"{seed:08d}.{kind}" for seed in range(3) for kind in ("jpg", "json")]
    for name in names:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
    truth = json.loads((tmp_path / "1" / "00000000.json").read_text())
    assert truth["documents"][0]["document_type"] in {"us.dl", "in.pan"}
    with Image.open(tmp_path / "1" / "00000000.jpg") as picture:
        assert picture.size == (640, 480)


def test_flat_documents_are_png(tmp_path):
    assert main([str(tmp_path), "--types", "in.pan.back", "--count", "1", "--jobs", "1", "--flat"]) == 0
    with Image.open(tmp_path / "00000000-0.png") as picture:
        assert picture.format == "PNG"


def test_the_list_names_every_side(capsys):
    assert main(["--list"]) == 0
    assert "vn.cccd_new.back" in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("wrong", [["--types", "zz"], ["--size", "big"], ["--size", "10x10"], []])
def test_wrong_usage_is_answered_with_2(wrong, tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([*([str(tmp_path)] if wrong else []), *wrong])
    assert stopped.value.code == 2
    assert "usage" in capsys.readouterr().err
