"""Makes up what a document says: a consistent record of values, its zone and its payloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specimens.records import france, icao, india, philippines, ukraine, usa, vietnam
from specimens.records.record import Record
from specimens.seeds import stream

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np

_COUNTRIES: Mapping[str, Callable[[str, np.random.Generator], Record]] = {
    "vn": vietnam.compose,
    "in": india.compose,
    "ph": philippines.compose,
    "fr": france.compose,
    "ua": ukraine.compose,
    "us": usa.compose,
    "icao": icao.compose,
}

__all__ = ["Record", "compose"]


def compose(document_type: str, seed: int) -> Record:
    """The record of a document; both sides and both splits of one seed share it.

    Args:
        document_type: a type that has a layout, such as ``vn.cccd_new``.
        seed: any number from 0.
    """
    country, _, kind = document_type.partition(".")
    return _COUNTRIES[country](kind, stream(seed, "record", document_type))
