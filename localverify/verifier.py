"""The front door from Python: pictures in, frozen results out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from localverify.config import Settings, load_settings
from localverify.engine.registry import Toolbox
from localverify.errors import InputError, LocalVerifyError
from localverify.imaging.decode import decode, from_array
from localverify.imaging.probe import Limits
from localverify.types import Image
from localverify.verify.codes import CodeVerb

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from numpy.typing import NDArray

    from localverify.types import Barcode

Source: TypeAlias = "str | Path | bytes | NDArray[Any] | Image"
Result = TypeVar("Result")


class Verifier:
    """All capabilities over one set of stages; threads may share one.

    Every method takes pictures as a path, encoded bytes, an RGB uint8 array or an `Image`. The methods that
    end in ``_of`` take many and answer each, with the error in the place of an answer that failed, so one bad
    file costs only itself.

    Args:
        settings: what to use and how; None reads the settings file and the environment.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or load_settings()
        self.toolbox = Toolbox(self.settings)
        imaging = self.settings.imaging
        self._limits = Limits(imaging.max_bytes, imaging.max_pixels)
        self._codes = CodeVerb(self.toolbox)

    def __enter__(self) -> Verifier:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the workers; the verifier cannot be used afterwards."""
        self.toolbox.close()

    def load(self, source: Source) -> Image:
        """Decodes a picture once; what it returns can be given to every other method.

        Raises:
            InputError: it cannot be read or is not a picture within the limits.
        """
        if isinstance(source, Image):
            return source
        if isinstance(source, np.ndarray):
            return from_array(source)
        if isinstance(source, bytes):
            return decode(source, self._limits)
        try:
            path = Path(source)
            if path.stat().st_size > self._limits.max_bytes:
                raise InputError(
                    f"the file has {path.stat().st_size} bytes, the limit is {self._limits.max_bytes}",
                    reason="too_large",
                )
            data = path.read_bytes()
        except (OSError, ValueError) as error:
            raise InputError(f"cannot read the file: {error}", reason="unreadable") from error
        return decode(data, self._limits)

    def read_codes(self, source: Source) -> tuple[Barcode, ...]:
        """Every bar code and QR code of a picture.

        Raises:
            InputError: it is not a picture.
        """
        return self._codes.read([self.load(source)])[0]

    def read_codes_of(self, sources: Sequence[Source]) -> list[tuple[Barcode, ...] | LocalVerifyError]:
        """`read_codes` for many pictures."""
        return self._each(sources, self._codes.read)

    def _each(
        self, sources: Sequence[Source], verb: Callable[[Sequence[Image]], Sequence[Result]]
    ) -> list[Result | LocalVerifyError]:
        """Loads the pictures on the workers, gives the good ones to `verb` as one batch, keeps the order."""
        loaded = self.toolbox.runtime.map(self._load_or_error, sources)
        good = [image for image in loaded if isinstance(image, Image)]
        answers = iter(verb(good) if good else ())
        return [next(answers) if isinstance(image, Image) else image for image in loaded]

    def _load_or_error(self, source: Source) -> Image | LocalVerifyError:
        try:
            return self.load(source)
        except LocalVerifyError as error:
            return error
