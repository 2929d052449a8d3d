"""Finds fonts: a family for each role, from the set of the split, that has every letter asked for."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import ImageFont

from localverify.errors import NotReady
from specimens.options import Split
from specimens.seeds import pick, stream

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
_TABLE = Path(__file__).parent / "data" / "fonts.toml"


@dataclass(frozen=True, slots=True)
class Family:
    """One family of one role.

    Attributes:
        regular: file of the regular weight.
        bold: file of the bold weight; the regular one where there is none.
        package: the Debian package that brings both.
    """

    regular: Path
    bold: Path
    package: str


class FontSet:
    """The fonts of one document: each role keeps its family, unless a letter is missing in it."""

    def __init__(self, seed: int, split: Split) -> None:
        self._split = split
        self._chosen = {
            role: pick(stream(seed, "font", role), families(role, split)) for role in _table() if families(role, split)
        }

    def font(self, style: str, size: int, text: str) -> ImageFont.FreeTypeFont:
        """A font that can write `text`: of the role, else any sans, else one of the other split.

        The last keeps a machine with few fonts going, at the price of splits that share a family; see
        `missing_packages`.

        Args:
            style: a role of data/fonts.toml, with ``_bold`` for the bold weight.
            size: pixels of the em square.
            text: what will be written.

        Raises:
            NotReady: no installed font has all letters.
        """
        role, bold = style.removesuffix("_bold"), style.endswith("_bold")
        other = Split.TEST if self._split is Split.TRAIN else Split.TRAIN
        chosen = [self._chosen[role]] if role in self._chosen else []
        for family in (*chosen, *families(role, self._split), *families("sans", self._split), *families(role, other)):
            path = family.bold if bold else family.regular
            if _covers(path, text):
                return _load(path, size)
        raise NotReady(f"no font can write {text!r} as {style}: install {' '.join(missing_packages()) or 'more fonts'}")


@lru_cache
def families(role: str, split: Split) -> tuple[Family, ...]:
    """The installed families of a role, in the order of data/fonts.toml."""
    found = []
    for entry in _table().get(role, {}).get(split.value, []):
        regular = _locate(entry["regular"])
        if regular:
            found.append(Family(regular, _locate(entry.get("bold", "")) or regular, entry["package"]))
    return tuple(found)


def missing_packages() -> list[str]:
    """Debian packages that would bring fonts that are not installed."""
    wanted = {
        entry["package"]
        for splits in _table().values()
        for entries in splits.values()
        for entry in entries
        if not _locate(entry["regular"])
    }
    return sorted(wanted)


@lru_cache
def _table() -> dict[str, dict[str, list[dict[str, str]]]]:
    return tomllib.loads(_TABLE.read_text())


@lru_cache
def _locate(name: str) -> Path | None:
    if not name:
        return None
    return next((folder / name for folder in FOLDERS if (folder / name).is_file()), None)


@lru_cache
def _letters(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _covers(path: Path, text: str) -> bool:
    return _letters(path).issuperset(map(ord, text))


@lru_cache(maxsize=512)
def _load(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size)
