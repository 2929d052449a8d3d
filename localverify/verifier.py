"""The front door from Python: pictures in, frozen results out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from localverify.config import Settings, load_settings
from localverify.documents.lds.files import ChipFiles, read_folder
from localverify.engine.registry import Toolbox
from localverify.errors import InputError, LocalVerifyError
from localverify.imaging.decode import decode, from_array
from localverify.imaging.probe import Limits
from localverify.store.trust import TrustStore
from localverify.types import Face, FaceInImage, Image, Region
from localverify.verify.chips import ChipVerb
from localverify.verify.codes import CodeVerb
from localverify.verify.faces import FaceVerb
from localverify.verify.liveness import LivenessVerb, calibrate
from localverify.verify.mrz import MrzVerb
from localverify.verify.portraits import PortraitVerb
from localverify.verify.trust import CurrentAnchors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from numpy.typing import NDArray

    from localverify.types import Barcode, Decision, Embedding, FaceComparison, Liveness, MrzReading
    from localverify.verify.chips import ChipResult
    from localverify.verify.faces import EmbeddedFaces
    from localverify.verify.liveness import CalibrationReport

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
        self._mrz = MrzVerb(self.toolbox)
        self._faces = FaceVerb(self.toolbox)
        self._liveness = LivenessVerb(self.toolbox, self._faces)
        self._portraits = PortraitVerb(self.toolbox, self._faces)
        self._anchors = CurrentAnchors(TrustStore(self.settings.trust_folder))

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

    def verify_chip(self, source: str | Path | ChipFiles) -> ChipResult:
        """Passive authentication of a chip's files against the settings' trust store.

        Args:
            source: the files, or the folder that they are in.

        Raises:
            InputError: the folder cannot be read or holds no EF.SOD. Files that are wrong are no error: the
                result says so.
            NotReady: the trust store is damaged.
        """
        files = source if isinstance(source, ChipFiles) else read_folder(Path(source))
        return ChipVerb(self._anchors.get()).verify(files)

    def read_mrz(self, source: Source) -> MrzReading | None:
        """The machine-readable zone of a picture, wherever it is and however it is turned; None without one.

        Raises:
            InputError: it is not a picture.
        """
        return self._mrz.read([self.load(source)])[0]

    def read_mrz_of(self, sources: Sequence[Source]) -> list[MrzReading | LocalVerifyError | None]:
        """`read_mrz` for many pictures."""
        return self._each(sources, self._mrz.read)

    def detect_faces(self, source: Source) -> tuple[Face, ...]:
        """The faces of a picture with their 68 points, largest first.

        Raises:
            InputError: it is not a picture.
        """
        return self._faces.detect([self.load(source)])[0]

    def detect_faces_of(self, sources: Sequence[Source]) -> list[tuple[Face, ...] | LocalVerifyError]:
        """`detect_faces` for many pictures."""
        return self._each(sources, self._faces.detect)

    def embed_faces(self, source: Source, faces: Sequence[Face]) -> tuple[Embedding, ...]:
        """The embeddings of faces that `detect_faces` found in the same picture.

        Raises:
            InputError: it is not a picture.
        """
        image = self.load(source)
        return tuple(self._faces.embed([FaceInImage(image, face) for face in faces]))

    def embedded_faces_of(self, sources: Sequence[Source]) -> list[EmbeddedFaces | LocalVerifyError]:
        """Faces and embeddings of many pictures: to compare each with many others, see `compare_embedded`."""
        return self._each(sources, self._faces.detect_and_embed)

    def compare_embedded(self, a: EmbeddedFaces, b: EmbeddedFaces) -> FaceComparison:
        """Compares two answers of `embedded_faces_of`.

        Raises:
            InputError: they are of different embedding spaces.
        """
        return self._faces.compare(a, b)

    def compare_faces(self, a: Source, b: Source) -> FaceComparison:
        """Every face of one picture against every face of another.

        Raises:
            InputError: one of them is not a picture.
        """
        first, second = self._faces_or_raise((a, b))
        return self._faces.compare(first, second)

    def check_liveness(self, sources: Sequence[Source]) -> Liveness:
        """Whether pictures of one person show a live face; the largest face of each counts.

        Args:
            sources: one to many pictures.

        Raises:
            InputError: one of them is not a picture, or there is none.
        """
        if not sources:
            raise InputError("liveness needs at least one picture", field="images")
        return self._liveness.check(self.toolbox.runtime.map(self.load, sources))

    def check_liveness_of(self, sources: Sequence[Source]) -> list[Decision | LocalVerifyError]:
        """The liveness of many unrelated pictures, each by itself; the first check decides, the others explain."""
        return self._each(sources, self._liveness.check_each)

    def calibrate_liveness(
        self, sources: Sequence[Source]
    ) -> tuple[CalibrationReport, list[tuple[str, LocalVerifyError]]]:
        """Fits the liveness cues to a camera from pictures of live people alone.

        Args:
            sources: pictures of live people, at least ten with a face, better forty.

        Returns:
            The calibration with what to expect of it, and the pictures that were left out, with why.

        Raises:
            InputError: fewer than ten pictures show a face.
        """
        answers = self._each(sources, self._liveness.measure)
        left_out = [
            (str(source), answer)
            for source, answer in zip(sources, answers, strict=True)
            if isinstance(answer, LocalVerifyError)
        ]
        return calibrate([answer for answer in answers if not isinstance(answer, LocalVerifyError)]), left_out

    def check_portrait(self, source: Source, *, white_background: bool = False) -> Decision:
        """Whether a picture is a portrait that other checks can work with; see `verify.portraits`.

        Args:
            source: the picture.
            white_background: ask for a white background too.

        Raises:
            InputError: it is not a picture.
        """
        return self._portraits.check([self.load(source)], white_background=white_background)[0]

    def check_portrait_of(self, sources: Sequence[Source]) -> list[Decision | LocalVerifyError]:
        """`check_portrait` for many pictures."""
        return self._each(sources, self._portraits.check)

    def measure_quality(self, source: Source) -> Decision:
        """Blur, light, glare and resolution of a picture.

        Raises:
            InputError: it is not a picture.
        """
        answers: Sequence[Decision] = self.toolbox.stage("quality").run([Region(self.load(source))])
        return answers[0]

    def warm_up(self) -> None:
        """Loads and runs every net that the settings name once, so that the first caller does not wait.

        Raises:
            NotReady: weights or a package are missing.
        """
        for kind in type(self.settings.stages).model_fields:
            if getattr(self.settings.stages, kind):
                self.toolbox.stage(kind.removesuffix("_second"), getattr(self.settings.stages, kind))
        for name in self.toolbox.runtime.loaded():
            self.toolbox.runtime.net(name).warm_up()

    def _faces_or_raise(self, sources: Sequence[Source]) -> list[EmbeddedFaces]:
        """Decoding and finding one picture a worker: two portraits take the time of one."""
        return self.toolbox.runtime.map(lambda source: self._faces.detect_and_embed([self.load(source)])[0], sources)

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
