"""Pages to look at: one HTML file with its pictures inside."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

import cv2
import numpy as np

from localverify.errors import InputError
from localverify.imaging.decode import encode_jpeg
from localverify.imaging.geometry import warp_quad

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from localverify.types import Floats, Image, MrzReading, Pixels, Quad

LONGEST_SIDE = 1200
DOUBTFUL = 0.9
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
img { max-width: 100%; display: block; margin: .5rem 0; }
pre { font: 17px/1.4 monospace; overflow-x: auto; }
mark { background: #ffd27f; }
td { padding: 0 1rem 0 0; }
"""


def write_page(path: Path, title: str, sections: Sequence[str]) -> None:
    """Writes sections of HTML as one page.

    Raises:
        InputError: the file cannot be written.
    """
    page = (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style>\n<h1>{escape(title)}</h1>\n" + "\n".join(sections) + "\n</html>\n"
    )
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}", field="html") from error


def mrz_section(file: str, image: Image, reading: MrzReading | None) -> str:
    """A picture with its zone outlined, the zone by itself, and each line with doubtful characters marked."""
    head = f"<h2>{escape(file)}</h2>"
    if reading is None:
        return f"{head}<p>No machine-readable zone.</p>{_picture(_outlined(image, ()), 'the picture')}"
    words = [reading.format, "valid" if reading.valid else "not valid"]
    words += ["repaired"] * reading.repaired + ["mirrored"] * reading.zone.mirrored
    words.append(f"turned by {reading.zone.turn}°")
    lines = "\n".join(_line(line, sure) for line, sure in zip(reading.lines, reading.confidences, strict=True))
    rows = "".join(f"<tr><td>{escape(k)}</td><td>{escape(v)}</td></tr>" for k, v in reading.fields.items())
    return (
        f"{head}<p>{escape(', '.join(words))}</p>{_picture(_outlined(image, (reading.zone.quad,)), 'the picture')}"
        f"{_picture(_zone(image, reading), 'the zone')}<pre>{lines}</pre><table>{rows}</table>"
    )


def _line(line: str, confidences: Floats) -> str:
    chars = zip(line, confidences.tolist(), strict=True)
    return "".join(escape(char) if sure >= DOUBTFUL else f"<mark>{escape(char)}</mark>" for char, sure in chars)


def _outlined(image: Image, quads: Sequence[Quad]) -> Pixels:
    scale = min(1.0, LONGEST_SIDE / max(image.width, image.height))
    method = cv2.INTER_AREA
    small = np.asarray(cv2.resize(image.pixels, None, fx=scale, fy=scale, interpolation=method), np.uint8)
    for quad in quads:
        corners = np.rint(np.array(quad) * scale).astype(np.int32)
        cv2.polylines(small, [corners], isClosed=True, color=(220, 30, 30), thickness=2)
    return small


def _zone(image: Image, reading: MrzReading) -> Pixels:
    """The zone upright, 20 pixels a character."""
    width = 20 * len(reading.lines[0])
    height = {2: 4, 3: 6}[len(reading.lines)] * 20
    return warp_quad(image.pixels, reading.zone.quad, width, height)


def _picture(pixels: Pixels, words: str) -> str:
    data = base64.b64encode(encode_jpeg(pixels)).decode("ascii")
    return f'<img alt="{escape(words)}" src="data:image/jpeg;base64,{data}">'
