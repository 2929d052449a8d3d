"""How well zones are read: exact zones, valid but wrong ones, and time, beside PassportEye and Tesseract.

    python -m benchmarks.mrz --pictures FOLDER --lines FOLDER

A folder of pictures has a ground_truth.json (file name: lines), as benchmarks/mrz_scenes.py writes it; a folder of
lines has NAME.tif with NAME.gt.txt. PassportEye and Tesseract are measured where they are installed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from benchmarks.common import add_engine_arguments, engine_settings, percentiles, table, write_result
from localverify.documents.mrz import ALPHABET, parse_mrz
from localverify.engine.ctc import align, symbol_posteriors
from localverify.errors import LocalVerifyError, NotReady
from localverify.imaging.decode import encode_png
from localverify.imaging.row_crops import crop, trace
from localverify.imaging.text_rows import Row
from localverify.verifier import Verifier
from localverify.verify.mrz import fields_of, read_zone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localverify.types import Floats, Image, Pixels

    Read = Callable[[Image], tuple[tuple[str, ...], bool] | None]

CRITICAL = ("number", "birth", "expiry")
WHITELIST = "tessedit_char_whitelist=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"


def main() -> None:
    """Measures, prints a table, writes the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=Path, action="append", default=[])
    parser.add_argument("--lines", type=Path)
    parser.add_argument("--turns", type=int, nargs="+", default=[0, 90, 180, 270])
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--name", default="mrz", help="of the result file")
    add_engine_arguments(parser)
    arguments = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with Verifier(engine_settings(arguments)) as verifier:
        verifier.read_mrz(np.full((64, 64, 3), 255, np.uint8))  # loads the net

        def ours(image: Image) -> tuple[tuple[str, ...], bool] | None:
            reading = verifier.read_mrz(image)
            return None if reading is None else (reading.lines, reading.valid)

        peers = {} if arguments.no_peers else _peers(verifier)
        for folder in arguments.pictures:
            rows += [_measure("localverify", ours, verifier, folder, turn) for turn in arguments.turns]
            rows.append(_measure("localverify", ours, verifier, folder, 0, mirrored=True))
            rows += [_measure(name, read, verifier, folder, 0) for name, read in peers.items()]
        if arguments.lines:
            rows.append(_measure_lines(verifier, arguments.lines))
    print(table([{key: value for key, value in row.items() if key != "missed"} for row in rows]))
    for row in rows:
        if row["missed"]:
            print(row["reader"], row["set"], row["turn"], "missed:", ", ".join(row["missed"][:20]))
    print(write_result(arguments.name, {"rows": rows}))


def _peers(verifier: Verifier) -> dict[str, Read]:
    found: dict[str, Read] = {}
    try:
        stage = verifier.toolbox.stage("mrz", "passporteye")
    except NotReady as reason:
        print(reason)
    else:

        def passporteye(image: Image) -> tuple[tuple[str, ...], bool] | None:
            zone = stage.run([image])[0]
            if zone is None:
                return None
            reading = read_zone(zone, datetime.now(UTC).date())
            return reading.lines, reading.valid

        found["passporteye"] = passporteye
    if shutil.which("tesseract"):
        found["tesseract"] = _tesseract
    return found


def _tesseract(image: Image) -> tuple[tuple[str, ...], bool] | None:
    """The page's lines of a zone's length, as Tesseract's English model with the zone's alphabet reads them."""
    call = ["tesseract", "stdin", "stdout", "--psm", "6", "-c", WHITELIST]
    done = subprocess.run(call, input=encode_png(image.pixels), capture_output=True, check=False)  # noqa: S603
    lines = ["".join(line.split()) for line in done.stdout.decode("utf-8", "replace").splitlines()]
    for number, width in ((3, 30), (2, 36), (2, 44)):
        chosen = tuple(line for line in lines if len(line) == width)
        if len(chosen) == number:
            try:
                return chosen, parse_mrz(chosen, datetime.now(UTC).date()).valid
            except LocalVerifyError:
                return chosen, False
    return None


def _measure(
    name: str, read: Read, verifier: Verifier, folder: Path, turn: int, *, mirrored: bool = False
) -> dict[str, Any]:
    truth = json.loads((folder / "ground_truth.json").read_text())
    times, missed, valid, wrong = [], [], 0, []
    for file, lines in truth.items():
        pixels = np.rot90(verifier.load(folder / file).pixels, -turn // 90)
        image = verifier.load(np.ascontiguousarray(pixels[:, ::-1] if mirrored else pixels))
        start = time.perf_counter()
        answer = read(image)
        times.append(1000 * (time.perf_counter() - start))
        if answer is None or list(answer[0]) != lines:
            missed.append(file)
        if answer is not None and answer[1]:
            valid += 1
            wrong += [file] if _critical(answer[0]) != _critical(lines) else []
    return {
        "reader": name,
        "set": folder.name,
        "turn": "mirror" if mirrored else turn,
        "zones": len(truth),
        "exact": round(1 - len(missed) / len(truth), 4),
        "valid": valid,
        "valid_but_wrong": len(wrong),
        **{f"ms_{key}": round(value, 1) for key, value in percentiles(times).items()},
        "missed": missed,
    }


def _critical(lines: Sequence[str]) -> dict[str, str]:
    fields = fields_of(parse_mrz(lines, datetime.now(UTC).date()))
    return {name: fields.get(name, "") for name in CRITICAL}


def _measure_lines(verifier: Verifier, folder: Path) -> dict[str, Any]:
    """Lines that are cut out already: the reader without finder and grammar."""
    net = verifier.toolbox.runtime.net("mrz_ctc")
    times, missed = [], []
    files = sorted(folder.glob("*.tif"))
    for file in files:
        truth = file.with_suffix(".gt.txt").read_text().strip()
        grey = np.asarray(cv2.imread(str(file), cv2.IMREAD_GRAYSCALE), np.uint8)
        start = time.perf_counter()
        text = _read_line(net.run, grey)
        times.append(1000 * (time.perf_counter() - start))
        if text != truth:
            missed.append(f"{file.name} {truth} {text}")
    return {
        "reader": "localverify",
        "set": folder.name,
        "turn": 0,
        "zones": len(files),
        "exact": round(1 - len(missed) / len(files), 4),
        "valid": 0,
        "valid_but_wrong": 0,
        **{f"ms_{key}": round(value, 1) for key, value in percentiles(times).items()},
        "missed": missed,
    }


def _read_line(run: Callable[[Floats], tuple[Floats, ...]], grey: Pixels) -> str:
    height, width = grey.shape
    row = Row(np.array([width / 2, height / 2]), np.array([1.0, 0.0]), width - 1.5 * height, height / 1.7)
    pixels = crop(grey, trace(grey, row), 24, 528).astype(np.float32)
    (scores,) = run(((pixels - pixels.mean()) / (pixels.std() + 1))[None, None])
    options = [(align(scores[0], count), count) for count in (30, 36, 44)]
    (_, spans), _ = max(options, key=lambda option: option[0][0])
    return "".join(ALPHABET[index] for index in symbol_posteriors(scores[0], spans).argmax(1))


if __name__ == "__main__":
    main()
