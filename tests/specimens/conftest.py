"""Fonts are the one thing that these tests cannot make themselves."""

from __future__ import annotations

import pytest

from specimens.fonts import missing_packages


@pytest.fixture(scope="session", autouse=True)
def _fonts() -> None:
    missing = missing_packages()
    if missing:
        pytest.skip(f"fonts are missing: apt-get install {' '.join(missing)}")
