"""Bar codes with ZBar through pyzbar: a second reader, behind the extra `zbar`.

It reads EAN, UPC, ISBN, DataBar, Interleaved 2 of 5, Codabar, Code 39, 93 and 128 and QR codes; it knows
neither Data Matrix nor Aztec, and its PDF417 decoder is unfinished.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import numpy as np

from localverify.errors import NotReady
from localverify.imaging.barcode_sets import add_new, in_reading_order
from localverify.imaging.binarise import grey
from localverify.imaging.geometry import box_to_quad
from localverify.types import Barcode, Box, Point, Quad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.engine.registry import StageContext
    from localverify.engine.runtime import Runtime
    from localverify.types import BarcodeReader, Image

# ZBar's names as zxing-cpp spells them; what is not here is spelt alike.
_NAMES = {
    "QRCODE": "QRCode",
    "SQCODE": "SQCode",
    "CODE39": "Code39",
    "CODE93": "Code93",
    "CODE128": "Code128",
    "CODABAR": "Codabar",
    "DATABAR": "DataBar",
    "DATABAR_EXP": "DataBarExp",
    "I25": "ITF",
    "ISBN10": "ISBN",
    "ISBN13": "ISBN",
}
_CORNERS = 4


def build(context: StageContext) -> BarcodeReader:
    """Makes the reader.

    Raises:
        NotReady: pyzbar or the ZBar library is not installed.
    """
    try:
        return ZbarReader(context.runtime, importlib.import_module("pyzbar.pyzbar"))
    except ModuleNotFoundError as error:
        raise NotReady("the zbar reader needs pyzbar: install localverify[zbar]") from error
    except ImportError as error:
        # pyzbar's wheels hold the library for Windows alone.
        raise NotReady(
            "the zbar reader needs the ZBar library: apt-get install libzbar0, or brew install zbar"
        ) from error


class ZbarReader:
    """Reads what ZBar knows.

    Args:
        runtime: whose workers read several pictures at once.
        pyzbar: the module `pyzbar.pyzbar`.
    """

    name = "zbar"

    def __init__(self, runtime: Runtime, pyzbar: Any) -> None:  # noqa: ANN401 - pyzbar is untyped
        self._runtime = runtime
        self._pyzbar = pyzbar
        # ZBar's PDF417 decoder yields nothing and complains on stderr.
        symbols = pyzbar.ZBarSymbol
        self._symbols = [symbol for symbol in symbols if symbol.name not in {"NONE", "PARTIAL", "PDF417"}]

    def run(self, batch: Sequence[Image]) -> list[tuple[Barcode, ...]]:
        """The codes of each picture in reading order; empty where there is none."""
        return self._runtime.map(self._read, batch)

    def _read(self, image: Image) -> tuple[Barcode, ...]:
        plane = np.ascontiguousarray(grey(image.pixels))
        try:
            found = self._pyzbar.decode((plane.tobytes(), image.width, image.height), symbols=self._symbols)
        except (ValueError, self._pyzbar.PyZbarError):
            # pyzbar 0.1.9 fails on a symbol for which ZBar gives no place, and for a picture that ZBar refuses.
            return ()
        kept: list[Barcode] = []
        add_new(kept, (_to_barcode(code) for code in found if code.data))
        return in_reading_order(kept)


def _to_barcode(code: Any) -> Barcode:  # noqa: ANN401 - pyzbar is untyped
    data = bytes(code.data)
    return Barcode(data.decode("utf-8", "replace"), data, _NAMES.get(code.type, code.type), _quad(code), "zbar")


def _quad(code: Any) -> Quad:  # noqa: ANN401 - pyzbar is untyped
    """A QR code's corners, which ZBar gives counter-clockwise; the box of anything else."""
    if len(code.polygon) == _CORNERS and code.type == "QRCODE":
        a, b, c, d = (Point(float(point.x), float(point.y)) for point in code.polygon)
        return Quad(a, d, c, b)
    left, top, width, height = code.rect
    return box_to_quad(Box(left, top, left + max(width, 1), top + max(height, 1)))
