"""How often the quality checks refuse usable pictures, and how often they notice spoilt ones.

    python -m benchmarks.quality --usable faces/lfw_fold1 --blurred quality/blur

The usable pictures are press photographs of faces, 250 x 250 with the face in the middle half (Labeled Faces
in the Wild), in two halves by the CRC-32 of their names. The thresholds were chosen on a sample of both halves,
so whoever moves one sets it on ``even`` and reports ``odd``. Pictures of --blurred are named blur_* and noblur_*;
none was used for a threshold.
"""

from __future__ import annotations

import argparse
import random
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from benchmarks.common import add_engine_arguments, engine_settings, percentiles, table, write_result
from localverify.engine.registry import Toolbox
from localverify.imaging.decode import decode, encode_jpeg, from_array
from localverify.types import Box, Outcome, Region

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

CHECKS = ("blur", "dark", "bright", "glare")


def blurred(radius: float) -> Callable[[Pixels], Pixels]:
    """Out of focus."""
    return lambda pixels: np.asarray(cv2.GaussianBlur(pixels, (0, 0), radius), np.uint8)


def moved(length: int) -> Callable[[Pixels], Pixels]:
    """The camera moved sideways by so many pixels."""
    kernel = np.full((1, length), 1 / length, np.float32)
    return lambda pixels: np.asarray(cv2.filter2D(pixels, -1, kernel), np.uint8)


def exposed(factor: float) -> Callable[[Pixels], Pixels]:
    """More or less light, cut at white."""
    return lambda pixels: np.clip(pixels.astype(np.float32) * factor, 0, 255).astype(np.uint8)


def gamma(power: float) -> Callable[[Pixels], Pixels]:
    """Darker (above 1) or lighter in the middle tones."""
    return lambda pixels: (255 * (pixels / 255.0) ** power).astype(np.uint8)


def compressed(quality: int) -> Callable[[Pixels], Pixels]:
    """Through a JPEG."""
    return lambda pixels: np.asarray(decode(encode_jpeg(pixels, quality)).pixels)


def glaring(radius: float) -> Callable[[Pixels], Pixels]:
    """A lamp's reflection in the middle; `radius` is a share of the picture's width."""

    def spoil(pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        rows, columns = np.mgrid[:height, :width]
        distance = (columns - width * 0.5) ** 2 + (rows - height * 0.5) ** 2
        spot = np.exp(-distance / (2 * (radius * width) ** 2))
        return np.clip(pixels + 500 * spot[..., None], 0, 255).astype(np.uint8)

    return spoil


# What is done to the picture, and the check that ought to notice; None ought to pass.
SPOILT: dict[str, tuple[str | None, Callable[[Pixels], Pixels]]] = {
    "as it is": (None, lambda pixels: pixels),
    "JPEG quality 50": (None, compressed(50)),
    "exposure x .7": (None, exposed(0.7)),
    "exposure x 1.3": (None, exposed(1.3)),
    "blur 1 pixel": ("blur", blurred(1)),
    "blur 2 pixels": ("blur", blurred(2)),
    "blur 3 pixels": ("blur", blurred(3)),
    "moved 9 pixels": ("blur", moved(9)),
    "exposure x .4": ("dark", exposed(0.4)),
    "exposure x .25": ("dark", exposed(0.25)),
    "gamma 3": ("dark", gamma(3)),
    "exposure x 2": ("bright", exposed(2)),
    "exposure x 3": ("bright", exposed(3)),
    "glare .03": ("glare", glaring(0.03)),
    "glare .05": ("glare", glaring(0.05)),
    "glare .08": ("glare", glaring(0.08)),
}


def halves(paths: Iterable[Path]) -> dict[str, list[Path]]:
    """The pictures in two halves by the CRC-32 of their names."""
    split: dict[str, list[Path]] = {"even": [], "odd": []}
    for path in paths:
        split["odd" if zlib.crc32(path.name.encode()) % 2 else "even"].append(path)
    return split


def regions(batch: Sequence[Pixels], where: str) -> list[Region]:
    """Whole pictures, or their middle half, where the face is."""
    if where == "picture":
        return [Region(from_array(pixels)) for pixels in batch]
    found = []
    for pixels in batch:
        height, width = pixels.shape[:2]
        found.append(Region(from_array(pixels), Box(width / 4, height / 4, width * 3 / 4, height * 3 / 4)))
    return found


def rates(meter: Any, batch: Sequence[Pixels], where: str) -> dict[str, float]:
    """Share of the pictures in which each check fails."""
    decisions = meter.run(regions(batch, where))
    failed = {name: sum(d.check(name).outcome is Outcome.FAIL for d in decisions) for name in CHECKS}
    failed["any"] = sum(any(d.check(name).outcome is Outcome.FAIL for name in CHECKS) for d in decisions)
    return {name: round(count / len(decisions), 4) for name, count in failed.items()}


def usable(meter: Any, folder: Path, limit: int) -> dict[str, Any]:
    """Rates of both halves, as they are and spoilt, for pictures and faces."""
    figures: dict[str, Any] = {}
    for half, paths in halves(sorted(folder.rglob("*.jpg"))).items():
        chosen = random.Random(1).sample(paths, min(limit, len(paths)))
        whole = [np.asarray(decode(path.read_bytes()).pixels) for path in chosen]
        for where in ("picture", "face"):
            rows = {name: rates(meter, [spoil(p) for p in whole], where) for name, (_, spoil) in SPOILT.items()}
            figures[f"{half}, {where}"] = {"pictures": len(whole), "failed": rows}
            title = f"{half}, {where}"
            print(table([{title: name, "ought to fail": SPOILT[name][0] or "-", **row} for name, row in rows.items()]))
            print()
    return figures


def named(meter: Any, folder: Path) -> dict[str, Any]:
    """The blur of pictures that are named for theirs."""
    figures = {}
    for path in sorted(folder.glob("*.jpg")):
        (decision,) = meter.run([Region(decode(path.read_bytes()))])
        figures[path.name] = {"blur": decision.check("blur").score, "outcome": str(decision.check("blur").outcome)}
        print(f"{path.name}: {figures[path.name]}")
    return figures


def speed(meter: Any, paths: Sequence[Path]) -> dict[str, float]:
    """Milliseconds for one picture."""
    times = []
    for image in [decode(path.read_bytes()) for path in paths]:
        start = time.perf_counter()
        meter.run([Region(image)])
        times.append(1000 * (time.perf_counter() - start))
    return percentiles(times)


def main() -> None:
    """Prints the tables and writes the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--usable", type=Path, required=True, help="folder of usable pictures, 250 x 250")
    parser.add_argument("--blurred", type=Path, help="folder of blur_* and noblur_* pictures")
    parser.add_argument("--limit", type=int, default=400, help="most pictures of each half")
    add_engine_arguments(parser)
    arguments = parser.parse_args()
    toolbox = Toolbox(engine_settings(arguments))
    meter = toolbox.stage("quality")
    figures = {"usable": usable(meter, arguments.usable, arguments.limit)}
    figures["one_picture_ms"] = speed(meter, sorted(arguments.usable.rglob("*.jpg"))[:200])
    if arguments.blurred:
        figures["blurred"] = named(meter, arguments.blurred)
    toolbox.close()
    print(f"written to {write_result('quality', figures)}")


if __name__ == "__main__":
    main()
