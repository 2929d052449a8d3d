"""Prints barcodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import zxingcpp
from PIL import Image

from specimens.truth import CodeTruth, box_quad

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from localverify.types import Pixels
    from specimens.layout import Code
    from specimens.pen import Ink

_QUIET = 0.04  # of the box's width on each side; the rest of a quiet zone is the card's own print


def print_code(picture: Picture, code: Code, payload: bytes, resolution: float, ink: Ink) -> CodeTruth:
    """Prints a symbol as large as whole pixels a module allow, in the middle of its box.

    Args:
        picture: is drawn onto.
        code: what and where.
        payload: bytes to encode.
        resolution: pixels a millimetre.
        ink: of the dark modules.
    """
    modules = encode(code.format, payload)
    left, top, width, height = (length * resolution for length in code.box)
    across = max(int(width * (1 - 2 * _QUIET) / modules.shape[1]), 1)
    down = across if code.format == "QRCode" else max(int(height * 0.94 / modules.shape[0]), 1)
    symbol = np.repeat(np.repeat(modules, down, axis=0), across, axis=1)
    x, y = round(left + (width - symbol.shape[1]) / 2), round(top + (height - symbol.shape[0]) / 2)
    whole = (round(left), round(top), round(left + width), round(top + height))
    picture.paste((250, 250, 248), (min(whole[0], x), min(whole[1], y), *whole[2:]))
    picture.paste(ink, (x, y), Image.fromarray(255 - symbol))
    quad = box_quad(x, y, x + symbol.shape[1], y + symbol.shape[0])
    text = payload.decode("utf-8", "replace")
    return CodeTruth(code.format, payload.decode("latin-1"), text, quad, float(across))


def encode(symbology: str, payload: bytes) -> Pixels:
    """The symbol's modules, one pixel each (rows of linear codes repeat), 0 dark and 255 light."""
    kind = getattr(zxingcpp.BarcodeFormat, symbology)
    content: str | bytes = payload if symbology == "PDF417" else payload.decode()
    options = {"ec_level": "M"} if symbology == "QRCode" else {}
    symbol = np.asarray(zxingcpp.create_barcode(content, kind, **options).to_image(scale=1, add_quiet_zones=False))
    return np.asarray(cv2.threshold(symbol, 127, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)
