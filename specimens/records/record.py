"""The record and the parts that all countries share."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

_DATA = Path(__file__).resolve().parents[1] / "data"


@dataclass(frozen=True, slots=True)
class Record:
    """What a document says.

    Attributes:
        values: by name; layouts print them through templates such as ``{birth_date:%d/%m/%Y}``.
        mrz: the lines of the zone; empty without one.
        payloads: what barcodes hold, by the name that the layout uses.
    """

    values: Mapping[str, str | date]
    mrz: tuple[str, ...] = ()
    payloads: Mapping[str, bytes] = field(default_factory=dict)

    def plain(self, name: str) -> str | None:
        """The value as data: dates as YYYY-MM-DD; None where there is no such value."""
        value = self.values.get(name)
        return value.isoformat() if isinstance(value, date) else value


@lru_cache
def words(name: str) -> dict[str, Any]:
    """A word list of data/."""
    return tomllib.loads((_DATA / f"{name}.toml").read_text())


def day_between(rng: np.random.Generator, first: date, last: date) -> date:
    """A random day, both ends included."""
    return first + timedelta(days=int(rng.integers((last - first).days + 1)))


def years_after(day: date, years: int) -> date:
    """The same day of a later year; 29 February becomes 28 where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def birth_and_issue(
    rng: np.random.Generator, first_issue: int, last_issue: int, age: tuple[int, int] = (18, 70)
) -> tuple[date, date]:
    """A day of issue within the years given, and a birth that makes the holder's age then fit `age`."""
    issue = day_between(rng, date(first_issue, 1, 1), date(last_issue, 12, 28))
    birth = day_between(rng, years_after(issue, -age[1]), years_after(issue, -age[0]))
    return birth, issue
