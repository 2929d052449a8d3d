"""CONTRIBUTING.md keeps its word: its stage and its vendor, installed from the page itself, work."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

ROOT = Path(__file__).resolve().parents[1]
FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The files of the page as an installed package, for a process of its own."""
    files = dict(FILE.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    information = tmp_path / "packages" / "contributed-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: contributed\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(files.pop("entry_points.txt"))
    assert set(files) == {"barcodes_opencv.py", "greeter.py"}
    for name, text in files.items():
        (tmp_path / "packages" / name).write_text(text)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path / "packages"), str(ROOT)])}


def command(environment: dict[str, str], *arguments: str) -> str:
    call = [sys.executable, "-m", "localverify.cli", *arguments]
    return subprocess.run(call, env=environment, check=True, capture_output=True, text=True).stdout  # noqa: S603


def test_a_stage_is_one_file(environment: dict[str, str], tmp_path: Path):
    import cv2
    import numpy as np
    import zxingcpp

    code = zxingcpp.create_barcode("one file", zxingcpp.BarcodeFormat.QRCode)
    cv2.imwrite(
        str(tmp_path / "code.png"), np.pad(np.array(zxingcpp.write_barcode_to_image(code, scale=6)), 20, "edge")
    )
    environment["LOCALVERIFY_STAGES__BARCODES"] = "opencv"

    answer = json.loads(command(environment, "read-codes", str(tmp_path / "code.png"), "--json"))
    known = [json.loads(line)["name"] for line in command(environment, "doctor", "--json").splitlines()]

    assert [found["text"] for found in answer["codes"]] == ["one file"]
    assert "barcodes.opencv" in known


def test_a_vendor_is_one_folder(environment: dict[str, str], tmp_path: Path):
    data = str(tmp_path / "data")
    created = json.loads(command(environment, "keys", "create", "greeter", "--data", data, "--json"))
    serve = [sys.executable, "-m", "localverify.cli", "serve", "--port", "0", "--data", data, "--json"]
    with subprocess.Popen(  # noqa: S603
        serve, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            url = json.loads(process.stdout.readline())["url"]
            answer = httpx2.post(f"{url}/greeter/hello", json={"name": "you"}, timeout=30)
        finally:
            process.terminate()

    assert set(created) == {"token"}
    assert answer.json() == {"hello": "you"}
