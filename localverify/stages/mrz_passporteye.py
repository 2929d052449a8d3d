"""Reading zones with the passporteye package, which calls Tesseract."""

from __future__ import annotations

import contextlib
import io
import shutil
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from localverify.errors import NotReady
from localverify.imaging.decode import encode_png
from localverify.imaging.geometry import box_to_quad
from localverify.types import Box, MrzZone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localverify.engine.registry import StageContext
    from localverify.types import Floats, Image

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
SHAPES = {(3, 30), (2, 36), (2, 44)}
# Tesseract gives no probabilities: its characters are taken as sure, what it did not read is spread evenly.
CERTAIN = 0.99


def build(_context: StageContext) -> PassportEyeReader:
    """The reader.

    Raises:
        NotReady: the package or the program tesseract is not installed.
    """
    if shutil.which("tesseract") is None:
        raise NotReady("passporteye needs the program tesseract: install Debian's tesseract-ocr, or the like")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from passporteye import read_mrz  # noqa: PLC0415
    except ImportError as error:
        raise NotReady("passporteye is not installed: install localverify[passporteye]") from error
    return PassportEyeReader(read_mrz)


class PassportEyeReader:
    """Reads the zone of a picture; None where there is none. It tells neither place nor turn."""

    name = "passporteye"

    def __init__(self, read: Callable[..., Any]) -> None:
        self._read = read

    def run(self, batch: Sequence[Image]) -> list[MrzZone | None]:
        """The zone of each picture; the quad is the whole picture."""
        return [self._find(image) for image in batch]

    def _find(self, image: Image) -> MrzZone | None:
        answer = None
        with warnings.catch_warnings(), contextlib.suppress(ValueError, IndexError, TypeError):
            warnings.simplefilter("ignore")
            answer = self._read(io.BytesIO(encode_png(image.pixels)))
        if answer is None:
            return None
        lines = [line.replace(" ", "") for line in answer.aux["text"].splitlines()]
        lines = [line for line in lines if line]
        if (len(lines), *{len(line) for line in lines}) not in SHAPES:
            return None  # a line too many or characters too few: nothing to lay a grammar over
        quad = box_to_quad(Box(0, 0, image.width, image.height))
        tables = tuple(_posteriors(line) for line in lines)
        return MrzZone(tables, quad, 0, mirrored=False, score=answer.valid_score / 100, reader=self.name)


def _posteriors(line: str) -> Floats:
    table = np.full((len(line), len(ALPHABET)), (1 - CERTAIN) / (len(ALPHABET) - 1), np.float32)
    for column, char in enumerate(line):
        index = ALPHABET.find(char)
        if index < 0:
            table[column] = 1 / len(ALPHABET)
        else:
            table[column, index] = CERTAIN
    table.setflags(write=False)
    return table
