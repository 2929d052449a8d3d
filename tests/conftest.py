"""What many tests share: the public-domain portraits and one verifier with its nets loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from localverify.config import Settings
from localverify.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localverify.engine.registry import Toolbox
    from localverify.types import FaceInImage

PORTRAITS = Path(__file__).resolve().parents[1] / "examples" / "portraits"


@pytest.fixture(scope="session")
def portraits() -> Path:
    """Folder of astronaut.jpg, biden.jpg, obama.jpg and obama2.jpg."""
    return PORTRAITS


@pytest.fixture(scope="session")
def verifier() -> Iterator[Verifier]:
    with Verifier(Settings()) as shared:
        yield shared


@pytest.fixture(scope="session")
def toolbox(verifier: Verifier) -> Toolbox:
    return verifier.toolbox


@pytest.fixture(scope="session")
def obama(verifier: Verifier) -> FaceInImage:
    """A frontal portrait with its face placed."""
    from localverify.types import FaceInImage

    image = verifier.load(PORTRAITS / "obama.jpg")
    return FaceInImage(image, verifier.detect_faces(image)[0])
