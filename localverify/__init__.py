"""Local-first identity verification: documents, faces, liveness and codes on your own machine.

>>> from localverify import Verifier
>>> with Verifier() as verifier:                                          # doctest: +SKIP
...     print(verifier.compare_faces("passport.jpg", "selfie.jpg").score)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localverify.errors import (
    Busy,
    Conflict,
    InputError,
    LocalVerifyError,
    NotFound,
    NotReady,
    NotSupported,
    RemoteError,
)

if TYPE_CHECKING:
    from localverify.verifier import Verifier

__version__ = "0.1.0"

__all__ = [
    "Busy",
    "Conflict",
    "InputError",
    "LocalVerifyError",
    "NotFound",
    "NotReady",
    "NotSupported",
    "RemoteError",
    "Verifier",
    "__version__",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attribute can be anything
    # NumPy and OpenCV take half a second to import: `localverify --help` does without them.
    if name == "Verifier":
        from localverify.verifier import Verifier  # noqa: PLC0415

        return Verifier
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
