"""QR codes on flat, bent and badly lit labels, made from a seed: pictures that no setting was tuned on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import zxingcpp

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Plane = NDArray[np.uint8]

_SIDE = 640


def made_code(kind: str, seed: int) -> tuple[Plane, str]:
    """One picture, 640 x 640 grey, and its code's text.

    Args:
        kind: a key of `KINDS`.
        seed: the same seed gives the same picture.
    """
    random = np.random.default_rng([seed, *kind.encode()])
    text = "https://example.org/" + "".join(random.choice(list("abcdefghijklmnop0123456789"), random.integers(4, 90)))
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=str(random.choice(list("LMQH"))))
    label = np.array(zxingcpp.write_barcode_to_image(code, scale=8, add_quiet_zones=kind != "no quiet zone"))
    placed = _placed(label, 40 if kind == "no quiet zone" else 190, random)
    changed = KINDS[kind](placed.astype(np.float32), random)
    noisy = changed + random.normal(0, 4, changed.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8), text


def _placed(label: Plane, ground: int, random: np.random.Generator) -> Plane:
    """The label in perspective, turned by up to 45 degrees, on a plain ground."""
    side = _SIDE * random.uniform(0.35, 0.6)
    angle = np.radians(random.uniform(-45, 45)) + np.radians([225, 315, 45, 135])
    corners = np.stack([np.cos(angle), np.sin(angle)], 1) * side / np.sqrt(2) + _SIDE / 2
    corners += random.uniform(-0.1, 0.1, (4, 2)) * side
    height, width = label.shape
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    shrunk = cv2.GaussianBlur(label, (0, 0), max(0.45 * width / side, 0.4))
    return cv2.warpPerspective(shrunk, matrix, (_SIDE, _SIDE), borderValue=ground)


def _flat(picture: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    return picture * random.uniform(0.6, 1.0)


def _bent(picture: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """Round a can: across, the picture shows the sine of where the label is; up and down, an ellipse."""
    rows, columns = np.mgrid[:_SIDE, :_SIDE].astype(np.float32)
    radius = _SIDE * random.uniform(0.42, 0.55)
    sine = np.clip((columns - _SIDE / 2) / radius, -0.98, 0.98)
    dip = random.uniform(-0.25, 0.25) * radius * (np.sqrt(1 - sine**2) - 1)
    shade = 0.5 + 0.5 * np.sqrt(1 - sine**2)
    source = (_SIDE / 2 + radius * np.arcsin(sine)).astype(np.float32), (rows + dip).astype(np.float32)
    return cv2.remap(picture, *source, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) * shade


def _creased(picture: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """On cloth: every place is moved by a smooth field of up to some pixels."""
    field = [cv2.GaussianBlur(random.normal(0, 1, (_SIDE, _SIDE)).astype(np.float32), (0, 0), 45) for _ in range(2)]
    across, down = (f / np.abs(f).max() * random.uniform(8, 18) for f in field)
    rows, columns = np.mgrid[:_SIDE, :_SIDE].astype(np.float32)
    return cv2.remap(picture, columns + across, rows + down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _glare(picture: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    rows, columns = np.mgrid[:_SIDE, :_SIDE]
    x, y = random.uniform(0.4, 0.6, 2) * _SIDE
    spot = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * (random.uniform(0.04, 0.09) * _SIDE) ** 2))
    return picture * 0.7 + 260 * spot.astype(np.float32)


def _dark(picture: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    ramp = np.linspace(random.uniform(0.05, 0.3), random.uniform(0.3, 1.0), _SIDE, dtype=np.float32)
    return picture * 0.3 * ramp + 25


def _blurred(picture: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    return cv2.GaussianBlur(picture, (0, 0), random.uniform(2, 4.5))


KINDS: dict[str, Callable[[NDArray[np.float32], np.random.Generator], NDArray[np.float32]]] = {
    "flat": _flat,
    "bent": _bent,
    "creased": _creased,
    "glare": _glare,
    "dark": _dark,
    "blurred": _blurred,
    "no quiet zone": _flat,
}
