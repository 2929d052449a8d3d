"""What many tests share: the public-domain portraits and one verifier with its nets loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from localverify.config import Settings
from localverify.verifier import Verifier
from tests.serving import Running, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx2

    from localverify.engine.registry import Toolbox
    from localverify.types import FaceInImage

# Tests assert no times: a busy machine must not fail them.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

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


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server with the default settings for the whole run."""
    with serving(tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest.fixture
def trustvision(server: Running) -> Iterator[httpx2.Client]:
    """A TrustVision client with credentials of its own."""
    with server.client(server.key()) as client:
        yield client


@pytest.fixture(scope="session")
def obama_jpeg() -> bytes:
    """A portrait as a file."""
    return (PORTRAITS / "obama.jpg").read_bytes()


@pytest.fixture(scope="session")
def obama2_jpeg() -> bytes:
    """Another portrait of the same man."""
    return (PORTRAITS / "obama2.jpg").read_bytes()


@pytest.fixture(scope="session")
def biden_jpeg() -> bytes:
    """A portrait of another man."""
    return (PORTRAITS / "biden.jpg").read_bytes()
