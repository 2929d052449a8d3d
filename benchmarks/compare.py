#!/usr/bin/env python
"""Sets two results side by side: benchmarks/compare.py A.json B.json prints every figure that both have."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.common import table

if TYPE_CHECKING:
    from collections.abc import Iterator


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("a", type=Path)
    parser.add_argument("b", type=Path)
    arguments = parser.parse_args()
    first, second = (dict(leaves(json.loads(file.read_text()))) for file in (arguments.a, arguments.b))
    rows = [
        {"figure": name, "a": first[name], "b": second[name], "b/a": ratio(first[name], second[name])}
        for name in first
        if name in second
    ]
    print(table(rows))


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every number and text of a result by its path; rows of a table are named by their first cell."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            label = next(iter(inner.values())) if isinstance(inner, dict) and inner else position
            yield from leaves(inner, f"{name}[{label}]")
    else:
        yield name, value


def ratio(a: Any, b: Any) -> str:
    """B over a, where both are numbers."""
    if isinstance(a, (int, float)) and isinstance(b, (int, float)) and a:
        return f"{b / a:.3f}"
    return ""


if __name__ == "__main__":
    main()
