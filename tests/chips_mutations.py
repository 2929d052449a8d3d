"""Bytes, bent at random but repeatably."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable


def mutate(data: bytes, source: random.Random) -> bytes:
    """One to three small harms: flips, replacements, insertions, deletions, repeats, cuts and wrong lengths."""
    bent = bytearray(data)
    for _ in range(source.choice((1, 1, 1, 2, 3))):
        source.choice(_HARMS)(bent, source)
    return bytes(bent)


def _flip(data: bytearray, source: random.Random) -> None:
    if data:
        data[source.randrange(len(data))] ^= 1 << source.randrange(8)


def _replace(data: bytearray, source: random.Random) -> None:
    if data:
        data[source.randrange(len(data))] = source.choice((0x00, 0x30, 0x80, 0xFF, source.randrange(256)))


def _insert(data: bytearray, source: random.Random) -> None:
    at = source.randrange(len(data) + 1)
    data[at:at] = source.randbytes(source.choice((1, 1, 4, 64)))


def _delete(data: bytearray, source: random.Random) -> None:
    at = source.randrange(len(data) + 1)
    del data[at : at + source.choice((1, 1, 4, 64))]


def _repeat(data: bytearray, source: random.Random) -> None:
    at, size = source.randrange(len(data) + 1), source.choice((2, 16, 256))
    data[at:at] = data[at : at + size] * source.choice((1, 8))


def _cut(data: bytearray, source: random.Random) -> None:
    del data[source.randrange(len(data) + 1) :]


def _nest(data: bytearray, source: random.Random) -> None:
    """Opens many objects of indefinite length inside each other."""
    at = source.randrange(len(data) + 1)
    data[at:at] = source.choice((b"\x30\x80", b"\x24\x80", b"\xa0\x80")) * source.choice((8, 200, 2000))


def _length(data: bytearray, source: random.Random) -> None:
    """A long-form length says something else."""
    places = [at for at, byte in enumerate(data[:-2]) if byte in {0x81, 0x82}]
    if places:
        at = source.choice(places)
        data[at + 1] = source.randrange(256)


_HARMS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip, _flip, _flip, _replace, _replace, _insert, _delete, _repeat, _cut, _nest, _length,
)  # fmt: skip
