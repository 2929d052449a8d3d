"""multipart/form-data that is already in memory: the parts without a copy on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from localverify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

# More parts than any documented form has; a form of a million empty parts would take seconds to parse.
MAX_PARTS = 64


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form.

    Attributes:
        name: of the field.
        filename: as the client gave it; None for a plain value.
        content_type: as the client gave it, in lower case; empty when it gave none.
        data: the content.
    """

    name: str
    filename: str | None
    content_type: str
    data: bytes

    @property
    def text(self) -> str:
        """The content as text.

        Raises:
            InputError: it is not UTF-8.
        """
        try:
            return self.data.decode()
        except UnicodeDecodeError as error:
            raise InputError(f"the form field {self.name} is not UTF-8", field=self.name) from error


def parse_form(content_type: str, body: bytes) -> tuple[Part, ...]:
    """The parts of a form, in order.

    Args:
        content_type: the header, with its boundary.
        body: the whole body.

    Raises:
        InputError: it is not a form, it ends too early, or it has too many parts.
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise InputError("the body is not multipart/form-data with a boundary", field="content-type")
    collector = _Collector()
    try:
        parser = MultipartParser(boundary, collector.callbacks())  # type: ignore[arg-type]
        parser.write(body)
        parser.finalize()
    except MultipartParseError as error:
        raise InputError(f"the form cannot be read: {error}") from error
    if not collector.complete:
        raise InputError("the form ends before its last boundary")
    return tuple(collector.parts())


class _Collector:
    """Takes the parser's events; content is kept as slices and joined once."""

    def __init__(self) -> None:
        self.complete = False
        self._found: list[tuple[dict[bytes, bytes], list[bytes]]] = []
        self._name = bytearray()
        self._value = bytearray()

    def callbacks(self) -> dict[str, object]:
        """The methods by the names that the parser knows."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_part_data": lambda data, start, end: self._found[-1][1].append(data[start:end]),
            "on_end": self._end,
        }

    def _begin(self) -> None:
        if len(self._found) == MAX_PARTS:
            raise InputError(f"the form has more than {MAX_PARTS} parts")
        self._found.append(({}, []))

    def _end_header(self) -> None:
        self._found[-1][0][bytes(self._name).lower()] = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def _end(self) -> None:
        self.complete = True

    def parts(self) -> Iterator[Part]:
        """What was found."""
        for headers, pieces in self._found:
            _, options = parse_options_header(headers.get(b"content-disposition", b""))
            filename = options.get(b"filename")
            yield Part(
                name=options.get(b"name", b"").decode("utf-8", "replace"),
                filename=None if filename is None else filename.decode("utf-8", "replace"),
                content_type=headers.get(b"content-type", b"").decode("latin-1").lower(),
                data=pieces[0] if len(pieces) == 1 else b"".join(pieces),
            )
