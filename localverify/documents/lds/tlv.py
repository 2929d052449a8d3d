"""BER tag-length-value, walked without recursion and without copying more than is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localverify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Doc 9303-10 has tags of one and two bytes; ISO/IEC 39794-5 of as many.
_LONGEST_TAG = 3
# Four bytes of length reach 4 GiB: no file of a chip is longer.
_LONGEST_LENGTH = 4
# The fullest known group, an ISO/IEC 39794-5 face, has about a hundred objects.
MOST_OBJECTS = 256
_NOT_PADDING = re.compile(rb"[^\x00\xff]")
_MULTI_BYTE_TAG = 0x1F
_CONTINUES = 0x80
_CONSTRUCTED = 0x20


@dataclass(frozen=True, slots=True)
class Tlv:
    """One object.

    Attributes:
        tag: the tag's bytes as a number (0x61, 0x5F1F ...).
        value: the content.
        start: where the object's first byte is in the data that it was read from.
        end: one past its last byte.
    """

    tag: int
    value: bytes
    start: int
    end: int

    @property
    def constructed(self) -> bool:
        """Whether the value holds further objects, as the tag's first byte says."""
        first = self.tag.to_bytes((self.tag.bit_length() + 7) // 8 or 1, "big")[0]
        return bool(first & _CONSTRUCTED)


def read_tlv(data: bytes, start: int = 0) -> Tlv:
    """The object that begins at `start`, of definite length.

    Raises:
        InputError: with reason ``malformed``: the data end too early, or the tag or the length is too long.
    """
    tag, position = _read_tag(data, start)
    length, position = _read_length(data, position)
    end = position + length
    if end > len(data):
        raise malformed(f"an object of {length} bytes begins {len(data) - position} bytes before the end")
    return Tlv(tag, data[position:end], start, end)


def walk(data: bytes, most: int = MOST_OBJECTS) -> Iterator[Tlv]:
    """The objects that follow each other in `data`; padding bytes 00 and FF between them are passed over.

    Args:
        data: where they are.
        most: how many there may be.

    Raises:
        InputError: as `read_tlv`; also when there are more than `most`.
    """
    count, start = 0, _NOT_PADDING.search(data)
    while start:
        if count == most:
            raise malformed(f"more than {most} objects follow each other")
        found = read_tlv(data, start.start())
        yield found
        count, start = count + 1, _NOT_PADDING.search(data, found.end)


def leaves(data: bytes, depth: int = 8) -> list[Tlv]:
    """The primitive objects of `data` in order, however deep, down to `depth` levels.

    Raises:
        InputError: as `walk`; also when the objects nest deeper, or are too many in all.
    """
    found: list[Tlv] = []
    waiting = [(item, depth - 1) for item in reversed(list(walk(data)))]
    while waiting:
        item, left = waiting.pop()
        if not item.constructed:
            found.append(item)
        elif left == 0 or len(found) + len(waiting) > MOST_OBJECTS:
            raise malformed("objects nest too deeply, or are too many")
        else:
            waiting.extend((inner, left - 1) for inner in reversed(list(walk(item.value))))
    return found


def find(data: bytes, tag: int) -> bytes | None:
    """The value of the first object with that tag on this level, or None."""
    return next((found.value for found in walk(data) if found.tag == tag), None)


def unwrap(data: bytes, tag: int, name: str) -> bytes:
    """The value of the object that a file consists of.

    Raises:
        InputError: the file begins with another tag, or is cut off.
    """
    outer = read_tlv(data)
    if outer.tag != tag:
        raise malformed(f"{name} begins with the tag {outer.tag:02X}, not {tag:02X}")
    return outer.value


def malformed(message: str) -> InputError:
    """The error of every parser of chip files and certificates."""
    return InputError(message, reason="malformed")


def _read_tag(data: bytes, start: int) -> tuple[int, int]:
    if start >= len(data):
        raise malformed("the data end where a tag should be")
    position = start + 1
    if data[start] & _MULTI_BYTE_TAG == _MULTI_BYTE_TAG:
        while position < len(data) and position - start < _LONGEST_TAG and data[position] & _CONTINUES:
            position += 1
        if position >= len(data) or data[position] & _CONTINUES:
            raise malformed("a tag is cut off or too long")
        position += 1
    return int.from_bytes(data[start:position], "big"), position


def _read_length(data: bytes, start: int) -> tuple[int, int]:
    if start >= len(data):
        raise malformed("the data end where a length should be")
    first = data[start]
    if first < _CONTINUES:
        return first, start + 1
    size = first & ~_CONTINUES
    if not 1 <= size <= _LONGEST_LENGTH or start + 1 + size > len(data):
        raise malformed("a length is cut off, indefinite or too long")
    return int.from_bytes(data[start + 1 : start + 1 + size], "big"), start + 1 + size
