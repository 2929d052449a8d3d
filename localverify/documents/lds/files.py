"""The files of one chip, from a folder or from memory."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localverify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# The largest groups hold fingerprints, irises and portraits of 10 to 60 KB each.
MAX_FILE_BYTES = 2 * 1024 * 1024
_SUFFIXES = {"", ".bin", ".dat", ".ef"}
# Names that readers write, without their suffix: EF_SOD, SOD, Datagroup1, EF_DG1, DG1, DG01.
_BY_NAME = re.compile(r"(?:ef[_.-]?)?(?:(sod)|(com)|(?:dg|data_?group)[_-]?0?([1-9]|1[0-6]))", re.IGNORECASE)
# Elementary file identifiers (Doc 9303-10, table 38): 0101 to 0110 are DG1 to DG16, 011D EF.SOD, 011E EF.COM.
_BY_IDENTIFIER = re.compile(r"(?:ef[_.-]?)?01(1d|1e|0[1-9a-f]|10)", re.IGNORECASE)
_SOD_IDENTIFIER, _COM_IDENTIFIER = 0x1D, 0x1E


@dataclass(frozen=True, slots=True)
class ChipFiles:
    """What was read from a chip, byte for byte.

    Attributes:
        sod: EF.SOD.
        groups: the data groups' files by number, 1..16.
        com: EF.COM, where it was read.
    """

    sod: bytes
    groups: Mapping[int, bytes] = field(default_factory=dict)
    com: bytes | None = None


def read_folder(folder: Path) -> ChipFiles:
    """The chip's files in a folder, found by their usual names or identifiers; other files are left alone.

    Raises:
        InputError: there is no such folder, no EF.SOD in it, a file is too large or cannot be read, or two
            files claim to be the same one.
    """
    found: dict[str, bytes] = {}
    for path, name in _known_files(folder):
        data = _read(path)
        if found.setdefault(name, data) != data:
            raise InputError(f"{folder} holds two different files for {name}", reason="ambiguous")
    if "SOD" not in found:
        raise InputError(f"{folder} holds no EF.SOD (EF_SOD.bin, SOD.bin or ef011D.bin)", reason="no_sod")
    groups = {int(name[2:]): data for name, data in found.items() if name.startswith("DG")}
    return ChipFiles(found["SOD"], dict(sorted(groups.items())), found.get("COM"))


def file_name(stem: str) -> str | None:
    """``SOD``, ``COM`` or ``DG1`` to ``DG16`` for a file's name without suffix; None for another file."""
    if match := _BY_NAME.fullmatch(stem):
        sod, com, group = match.groups()
        return "SOD" if sod else "COM" if com else f"DG{group}"
    if match := _BY_IDENTIFIER.fullmatch(stem):
        identifier = int(match[1], 16)
        return {_SOD_IDENTIFIER: "SOD", _COM_IDENTIFIER: "COM"}.get(identifier, f"DG{identifier}")
    return None


def _known_files(folder: Path) -> Iterator[tuple[Path, str]]:
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise InputError(f"cannot read the folder {folder}: {error.strerror}", reason="unreadable") from error
    for path in paths:
        name = file_name(path.stem)
        if name and path.suffix.lower() in _SUFFIXES and path.is_file():
            yield path, name


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(f"{path} is over the limit of {MAX_FILE_BYTES} bytes", reason="too_large")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", reason="unreadable") from error
