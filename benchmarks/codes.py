"""Reading codes, against plain zxing-cpp, pyzbar and OpenCV on the same pictures.

    python -m benchmarks.codes --texts qr/zxing-qrcode-* qr/zxingcpp-* --corners qr/boof-* \
        --empty qr/zxingcpp-falsepositives-* --made 30

A picture's label is the .txt beside it: the code's text, or four corners for each code. A code with corners
counts as read when a quad overlaps it by half (intersection over union). What else is read in a picture with a
text is counted as other: not always wrong, since some pictures hold more codes than their label.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import zxingcpp

from benchmarks.common import add_engine_arguments, engine_settings, percentiles, table, write_result
from benchmarks.made_codes import KINDS, made_code
from localverify.config import CodeSettings, Settings
from localverify.engine.registry import Toolbox
from localverify.errors import NotReady
from localverify.imaging.binarise import grey
from localverify.imaging.decode import decode, from_array
from localverify.imaging.geometry import quad_from_array, quad_iou

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localverify.types import Image, Quad

    Reading = tuple[str, Quad | None]
    Reader = Callable[[Image], list[Reading]]

OURS = "localverify"
OVERLAP = 0.5
MEGAPIXEL = 1_000_000


@dataclass(frozen=True)
class Case:
    """One picture with what it holds."""

    group: str
    name: str
    image: Image
    text: str | None = None
    corners: tuple[Quad, ...] = ()


@dataclass
class Tally:
    """One reader on one set."""

    wanted: int = 0
    read: int = 0
    other: int = 0
    seconds: list[float] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def add(self, case: Case, readings: list[Reading], seconds: float) -> None:
        """Counts what a reader gave for a case, and the time it took."""
        self.seconds.append(seconds)
        if case.text is not None:
            hits = [text.strip() == case.text for text, _ in readings]
            self._count(case, [any(hits)])
            self.other += len(hits) - sum(hits)
            return
        hits = [any(quad and quad_iou(quad, wanted) > OVERLAP for _, quad in readings) for wanted in case.corners]
        self._count(case, hits)
        known = sum(any(quad and quad_iou(quad, w) > OVERLAP for w in case.corners) for _, quad in readings)
        self.other += len(readings) - known

    def _count(self, case: Case, hits: list[bool]) -> None:
        self.wanted += len(hits)
        self.read += sum(hits)
        if not all(hits):
            self.missed.append(case.name)

    def figures(self) -> dict[str, Any]:
        """Counts and times for the result."""
        return {"wanted": self.wanted, "read": self.read, "other": self.other, **milliseconds(self.seconds)}


def milliseconds(seconds: list[float]) -> dict[str, float]:
    """Mean and percentiles of some times."""
    times = [1000 * second for second in seconds]
    return {"mean": round(float(np.mean(times)), 1), **percentiles(times)}


def pictures(folder: Path) -> list[Path]:
    """The pictures of a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in {".jpg", ".jpeg", ".png", ".webp"})


def cases(arguments: argparse.Namespace) -> Iterator[Case]:
    """Every picture that the arguments name or ask to be made."""
    empty = {folder.resolve() for folder in arguments.empty}
    for folder in arguments.texts:
        for path in pictures(folder) if folder.resolve() not in empty else ():
            label = path.with_suffix(".txt")
            if label.exists():
                text = label.read_bytes().decode("utf-8", "replace").strip()
                yield Case(folder.name, f"{folder.name}/{path.name}", decode(path.read_bytes()), text)
    for folder in arguments.corners:
        for path in pictures(folder):
            corners = tuple(read_corners(path.with_suffix(".txt")))
            yield Case(folder.name, f"{folder.name}/{path.name}", decode(path.read_bytes()), None, corners)
    for folder in arguments.empty:
        for path in pictures(folder):
            yield Case(folder.name, f"{folder.name}/{path.name}", decode(path.read_bytes()))
    for kind in KINDS if arguments.made else ():
        for seed in range(arguments.made):
            plane, text = made_code(kind, seed)
            yield Case(f"made: {kind}", f"made: {kind}/{seed}", from_array(plane), text)


def read_corners(path: Path) -> Iterator[Quad]:
    """The quads of a label: four points a code, one a line or all in one line."""
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] not in {"#", "S", ""})
    for points in np.array(" ".join(lines).split(), np.float64).reshape(-1, 4, 2):
        hull = cv2.convexHull(points.astype(np.float32)).reshape(-1, 2)
        yield quad_from_array(hull if len(hull) == 4 else points)


def readers(toolbox: Toolbox) -> dict[str, Reader]:
    """Ours and the peers that are installed."""
    ours = toolbox.stage("barcodes")
    found: dict[str, Reader] = {
        OURS: lambda image: [(code.text, code.quad) for code in ours.run([image])[0]],
        "zxing-cpp": read_with_zxing,
        "opencv": read_with_opencv,
    }
    try:
        zbar = toolbox.stage("barcodes", "zbar")
    except NotReady as error:
        print(f"pyzbar is left out: {error}")
    else:
        found["pyzbar"] = lambda image: [(code.text, code.quad) for code in zbar.run([image])[0]]
    return found


def read_with_zxing(image: Image) -> list[Reading]:
    """zxing-cpp alone, every symbology."""
    codes = zxingcpp.read_barcodes(grey(image.pixels), text_mode=zxingcpp.TextMode.Plain)
    places = [(code.text, code.position) for code in codes]
    return [(t, _quad([p.top_left, p.top_right, p.bottom_right, p.bottom_left])) for t, p in places]


def _quad(corners: list[Any]) -> Quad:
    return quad_from_array([[corner.x, corner.y] for corner in corners])


def read_with_opencv(image: Image) -> list[Reading]:
    """OpenCV's QR codes; none where it fails."""
    try:
        _, texts, corners, _ = cv2.QRCodeDetector().detectAndDecodeMulti(grey(image.pixels))
    except (cv2.error, UnicodeDecodeError):
        return []
    return [(text, quad_from_array(quad)) for text, quad in zip(texts, corners if texts else (), strict=True) if text]


def family(group: str) -> str:
    """The sets that are added up together."""
    if "falsepositives" in group:
        return "falsepositives"
    return "made" if group.startswith("made") else group.split("-", maxsplit=1)[0]


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Reads every case with every reader and reports."""
    settings = engine_settings(arguments).model_copy(update={"codes": CodeSettings(budget_s=arguments.budget)})
    toolbox = Toolbox(settings)
    tallies: dict[str, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    small: dict[str, list[float]] = defaultdict(list)
    chosen = readers(toolbox)
    for case in cases(arguments):
        for name, reader in chosen.items():
            start = time.perf_counter()
            readings = reader(case.image)
            seconds = time.perf_counter() - start
            for group in (case.group, f"all {family(case.group)}"):
                tallies[group][name].add(case, readings, seconds)
            if case.image.width * case.image.height < MEGAPIXEL:
                small[name].append(seconds)
    toolbox.close()
    report(tallies, small, list(chosen))
    return {
        "sets": {group: {name: t.figures() for name, t in row.items()} for group, row in tallies.items()},
        "under_one_megapixel": {name: milliseconds(times) for name, times in small.items()},
        "missed": {g: row[OURS].missed for g, row in tallies.items() if g.startswith("all") and row[OURS].missed},
    }


def report(tallies: dict[str, dict[str, Tally]], small: dict[str, list[float]], names: list[str]) -> None:
    """Prints the table: for each reader what was read + what else, the ratio to the best peer, our times."""
    rows = []
    for group, row in sorted(tallies.items(), key=lambda item: (item[0].startswith("all"), item[0])):
        best = max(row[name].read for name in names[1:])
        reads = {name: f"{row[name].read}+{row[name].other}" for name in names}
        ratio = f"{row[OURS].read / best:.2f}" if best else "-"
        rows.append(
            {"set": group, "codes": row[OURS].wanted, **reads, "ratio": ratio, **milliseconds(row[OURS].seconds)}
        )
    print(table(rows))
    print("\npictures under one megapixel, ms:")
    print(table([{"reader": name, **milliseconds(times)} for name, times in small.items()]))


def main() -> None:
    """Prints the table and writes the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, nargs="+", default=[], help="folders labelled with texts")
    parser.add_argument("--corners", type=Path, nargs="+", default=[], help="folders labelled with corners")
    parser.add_argument("--empty", type=Path, nargs="+", default=[], help="folders of pictures without any code")
    parser.add_argument("--budget", type=float, default=Settings().codes.budget_s, help="seconds a picture")
    parser.add_argument("--made", type=int, default=0, help="pictures to make of each kind")
    add_engine_arguments(parser)
    print(f"\nwritten to {write_result('codes', run(parser.parse_args()))}")


if __name__ == "__main__":
    main()
