from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: object) -> tuple[int, list[dict], str]:
    """The command as a process of its own: exit status, JSON lines, stderr."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "localverify.cli", *map(str, arguments)], capture_output=True, text=True, check=False
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_two_pictures_of_one_person_match(portraits: Path):
    a, b = portraits / "obama.jpg", portraits / "obama2.jpg"

    status, (answer,), _ = run("compare-faces", a, b, "--json")

    assert status == 0
    assert set(answer) == {"a", "b", "score", "result"}
    assert (answer["a"], answer["b"], answer["result"]) == (str(a), str(b), "matched")


def test_pairs_come_from_a_file_and_are_answered_in_its_order(portraits: Path, tmp_path: Path):
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("a,b,same\nobama.jpg,biden.jpg,0\nobama.jpg,obama2.jpg,1\nobama.jpg,none.jpg,1\n")

    status, answers, complaint = run("compare-faces", "--pairs", pairs, "--root", portraits, "--json")

    assert status == 2
    assert [answer["result"] for answer in answers] == ["unmatched", "matched"]
    assert [answer["b"] for answer in answers] == ["biden.jpg", "obama2.jpg"]
    assert "none.jpg" in complaint


def test_faces_are_listed_and_a_bad_file_is_reported_while_the_rest_goes_on(portraits: Path, tmp_path: Path):
    text = tmp_path / "text.jpg"
    text.write_text("no picture")

    status, answers, complaint = run("detect-faces", text, portraits / "astronaut.jpg", "--json")

    assert status == 2
    (answer,) = answers
    assert len(answer["faces"]) == 1
    assert len(answer["faces"][0]["landmarks"]) == 68
    assert "unknown_format" in complaint


def test_usage_errors_end_with_two(portraits: Path):
    assert run("compare-faces", portraits / "obama.jpg")[0] == 2
    assert run("compare-faces", "--pairs", "none.csv")[0] == 2
    assert run("detect-faces")[0] == 2


def test_liveness_and_portrait_answer_a_line_a_file(portraits: Path, tmp_path: Path):
    live = run("check-liveness", portraits / "obama.jpg", "--json")
    portrait = run("check-portrait", portraits / "obama.jpg", "--json")

    assert live[0] == 0
    assert live[1][0]["is_live"] is True
    assert {"file", "is_live", "score", "checks"} <= set(live[1][0])
    assert portrait[0] == 0
    assert portrait[1][0]["verdict"] == "good"
    assert {"file", "verdict", "score"} <= set(portrait[1][0])
    assert run("calibrate-liveness", tmp_path)[0] == 2
