#!/usr/bin/env python
"""Liveness: error rates of the fusion and of the net alone, at the shipped thresholds.

    python -m benchmarks.liveness --live LIVE_FOLDER --attack ATTACK_FOLDER [--simulate]

With --simulate, every live picture is also recaptured by a simulated screen and a simulated print; these figures
are marked "simulated" and say nothing certain about real attacks. APCER: attacks taken for live. BPCER: live faces
rejected. ACER: their mean.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from benchmarks.common import add_engine_arguments, engine_settings, table, write_result
from localverify.imaging.decode import decode, encode_jpeg, from_array
from localverify.types import FaceInImage
from localverify.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.types import Image, Pixels

SUFFIXES = {".jpg", ".jpeg", ".png"}
ENGINES = ("fusion", "fr")


def main() -> None:
    """Prints the tables and writes the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--live", type=Path, required=True, help="folder of live pictures, or one picture")
    parser.add_argument("--attack", type=Path, nargs="*", default=[], help="folders or pictures of real recaptures")
    parser.add_argument("--simulate", action="store_true", help="recapture the live pictures by simulation too")
    parser.add_argument("--limit", type=int, default=400, help="most pictures of a folder")
    add_engine_arguments(parser)
    arguments = parser.parse_args()
    with Verifier(engine_settings(arguments)) as verifier:
        live = [verifier.load(file) for file in pictures(arguments.live, arguments.limit)]
        groups = {path.name: [verifier.load(f) for f in pictures(path, arguments.limit)] for path in arguments.attack}
        if arguments.simulate:
            generator = np.random.default_rng(0)
            groups["simulated screen"] = [on_screen(image, generator) for image in live]
            groups["simulated print"] = [on_paper(image, generator) for image in live]
        rows = [row for engine in ENGINES for row in measure(verifier, engine, live, groups)]
    print(table(rows))
    print(f"\nwritten to {write_result('liveness', {'live': len(live), 'rows': rows})}")


def pictures(path: Path, limit: int) -> list[Path]:
    """The pictures of a folder, evenly thinned to the limit; or the one picture."""
    if path.is_file():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
    return files[:: max(1, len(files) // limit)]


def measure(
    verifier: Verifier, engine: str, live: Sequence[Image], groups: dict[str, list[Image]]
) -> list[dict[str, Any]]:
    """A row for each group of attacks, against all live pictures."""
    start = time.perf_counter()
    bona_fide, threshold = scores(verifier, engine, live)
    per_face = (time.perf_counter() - start) / max(len(live), 1) * 1000
    rows = []
    for name, images in groups.items():
        attacks, _ = scores(verifier, engine, images)
        accepted, rejected = float((attacks >= threshold).mean()), float((bona_fide < threshold).mean())
        auc = float((bona_fide[:, None] > attacks[None]).mean())
        rows.append(
            {
                "engine": engine,
                "attacks": name,
                "n": len(attacks),
                "apcer": round(accepted, 4),
                "bpcer": round(rejected, 4),
                "acer": round((accepted + rejected) / 2, 4),
                "auc": round(auc, 4),
                "ms": round(per_face, 1),
            }
        )
    return rows


def scores(verifier: Verifier, engine: str, images: Sequence[Image]) -> tuple[np.ndarray, float]:
    """Scores of the largest faces, and the threshold; pictures without a face are left out."""
    stage = verifier.toolbox.stage("liveness", engine)
    found = verifier.detect_faces_of(images)
    items = [FaceInImage(image, faces[0]) for image, faces in zip(images, found, strict=True) if faces]
    checks = [decision.checks[0] for decision in verifier.toolbox.runtime.map_batches(stage.run, items)]
    return np.array([check.score for check in checks]), float(checks[0].threshold)


def on_screen(image: Image, generator: np.random.Generator) -> Image:
    """A vivid screen with its sub-pixels and glow, photographed at another pitch with moire, cast and JPEG."""
    vivid = cv2.cvtColor(image.pixels, cv2.COLOR_RGB2YCrCb).astype(np.float32)
    vivid = (vivid - 128) * generator.uniform((1.0, 1.0, 1.0), (1.3, 1.6, 1.6)) + 128
    shown = cv2.cvtColor(clip(vivid), cv2.COLOR_YCrCb2RGB).astype(np.float32)
    factor = generator.uniform(1.6, 2.6)
    grid = cv2.resize(shown, None, fx=factor, fy=factor, interpolation=cv2.INTER_NEAREST)
    for channel in range(3):
        grid[:, channel::3, channel] *= generator.uniform(1.1, 1.4)
        grid[:, (channel + 1) % 3 :: 3, channel] *= generator.uniform(0.5, 0.9)
    grid[:: int(generator.integers(2, 4))] *= generator.uniform(0.6, 0.95)
    seen = cv2.resize(grid, (image.width, image.height), interpolation=cv2.INTER_AREA)
    return photographed(cv2.GaussianBlur(seen, (0, 0), generator.uniform(0.4, 1.4)), generator)


def on_paper(image: Image, generator: np.random.Generator) -> Image:
    """A halftone print: fewer colours, dots, paper's grey whites, photographed."""
    pixels = image.pixels.astype(np.float32)
    grey = pixels.mean(axis=2, keepdims=True)
    flat = grey + (pixels - grey) * generator.uniform(0.5, 0.9)
    flat = flat * generator.uniform(0.65, 0.85) + generator.uniform(15, 40)
    y, x = np.mgrid[: image.height, : image.width].astype(np.float32)
    angle, period = generator.uniform(0.2, 1.2), generator.uniform(2.2, 3.5)
    u, v = x * np.cos(angle) + y * np.sin(angle), -x * np.sin(angle) + y * np.cos(angle)
    dots = np.cos(2 * np.pi * u / period) * np.cos(2 * np.pi * v / period)
    printed = flat + dots[..., None] * generator.uniform(8, 25)
    return photographed(cv2.GaussianBlur(printed, (0, 0), generator.uniform(0.5, 1.2)), generator)


def photographed(pixels: np.ndarray, generator: np.random.Generator) -> Image:
    """Exposure, colour cast, sensor noise and JPEG of the second camera."""
    cast = pixels * generator.uniform(0.85, 1.2, 3) * generator.uniform(0.8, 1.2)
    noisy = cast + generator.normal(0, generator.uniform(1, 5), pixels.shape)
    return decode(encode_jpeg(from_array(clip(noisy)).pixels, int(generator.integers(70, 95))))


def clip(values: np.ndarray) -> Pixels:
    """To 0..255, uint8."""
    return np.clip(values, 0, 255).astype(np.uint8)


if __name__ == "__main__":
    main()
