"""Settings: one TOML file and the environment, read once at the edge and passed down.

A value comes from the environment (``LOCALVERIFY_ENGINE__DEVICE=cuda``), else from the TOML file
(``--config``, ``LOCALVERIFY_CONFIG`` or ``./localverify.toml``), else from the default written here.
"""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from localverify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ENVIRONMENT_PREFIX = "LOCALVERIFY_"
FILE_VARIABLE = "LOCALVERIFY_CONFIG"
DEFAULT_FILE = "localverify.toml"


class Section(BaseModel):
    """A group of settings; unknown names are refused so that a typing error is not silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EngineSettings(Section):
    """Where and how nets run."""

    device: Literal["cpu", "cuda"] = Field(
        "cpu", description="Device for every net. A contract: if a session gets another one, starting fails."
    )
    threads: int = Field(
        0,
        ge=0,
        le=256,
        description="Nets that run at once, one thread each; 0 = processors this process may use.",
    )
    deadline_s: float = Field(
        20.0,
        gt=0,
        description="Longest wait for a free worker before a call answers that the machine is busy.",
    )
    batch: int = Field(16, ge=1, le=256, description="Most items that go through a net together.")
    weights: str = Field("", description="Folder with your own weights and their manifest.toml; empty = none.")


class ImagingSettings(Section):
    """What pictures are accepted. Both limits are checked before pixels are allocated."""

    max_bytes: int = Field(15 * 1024 * 1024, ge=1024, description="Largest encoded picture, in bytes.")
    max_pixels: int = Field(64_000_000, ge=10_000, description="Largest picture, in pixels (width x height).")


class StageSettings(Section):
    """Which back end does each step. `localverify doctor` lists the names that this installation knows."""

    barcodes: str = Field("zxing", description="Reader of bar codes: zxing or zbar.")
    barcodes_second: str = Field("", description="Reader asked when the first finds nothing, zbar say; empty = none.")
    mrz: str = Field("ctc", description="Reader of machine-readable zones: ctc or passporteye.")
    quality: str = Field("classical", description="Meter of blur, light, glare and resolution.")
    face_finder: str = Field("fr", description="Finder of faces: fr or insightface.")
    face_landmarks: str = Field("fr", description="68 points of a face.")
    face_embedder: str = Field("fr", description="Face to vector: fr or insightface.")
    face_pose: str = Field("pnp", description="Yaw, pitch and roll: pnp (from the 68 points).")
    face_eyes: str = Field("fr", description="Eyes open, closed or behind sunglasses.")
    face_demographics: str = Field("faceres", description="Age and sex, as estimates.")
    liveness: str = Field("fusion", description="Live face or a picture of one: fusion or fr (the net alone).")
    hashes: str = Field(
        "imagehash", description="Perceptual hashes: imagehash (pHash) or imagehash_difference (dHash)."
    )


class CodeSettings(Section):
    """Reading bar codes and QR codes."""

    budget_s: float = Field(
        1.0,
        gt=0,
        description="Time after which no harder look at a picture is begun; a look that runs is ended, not cut.",
    )


class FaceSettings(Section):
    """Comparing faces. Evidence of the thresholds: models/manifest.toml."""

    match_cosine: float | None = Field(
        None, ge=-1, le=1, description="Cosine from which two faces match; unset = the embedder's own."
    )
    unsure_cosine: float | None = Field(
        None, ge=-1, le=1, description="Cosine from which the answer is unsure; unset = the embedder's own."
    )


class LivenessSettings(Section):
    """Telling a live face from a picture of one."""

    threshold: float | None = Field(
        None, ge=0, le=1, description="Score from which a face is live; unset = the back end's own."
    )
    calibration: str = Field(
        "",
        description="File written by `localverify calibrate-liveness` for your camera; empty = advice only.",
    )


class InsightfaceSettings(Section):
    """The optional insightface back end. Its public packs are not free to ship, so you name your own files."""

    detector: str = Field("", description="ONNX file of an SCRFD or RetinaFace detector (det_10g.onnx, say).")
    embedder: str = Field("", description="ONNX file of an ArcFace net (w600k_r50.onnx, say).")
    match_cosine: float = Field(0.40, ge=-1, le=1, description="Cosine from which its faces match: measure your own.")
    unsure_cosine: float = Field(0.30, ge=-1, le=1, description="Cosine from which its answer is unsure.")


class ChipSettings(Section):
    """Verifying the chips of passports and identity cards."""

    trust: str = Field("", description="Folder of the trust store; empty = the folder trust in server.data.")


class ServerSettings(Section):
    """The HTTP server."""

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 = any free one.")
    data: str = Field("data", description="Folder of the database and the stored pictures.")
    deadline_s: float = Field(30.0, gt=0, description="Longest time for one request.")
    durable: bool = Field(
        False,
        description="Wait for the disk on every write: survives a power cut, not only a killed process.",
    )


class VendorSettings(Section):
    """One vendor's API."""

    enabled: bool = Field(True, description="Serve this vendor.")
    requests_per_minute: int = Field(0, ge=0, description="Rate limit of each key; 0 = none.")
    retention_days: int = Field(30, ge=0, description="`localverify data purge` deletes older data; 0 = keeps all.")
    options: dict[str, Any] = Field(default_factory=dict, description="Settings that only this vendor knows.")


class Settings(Section):
    """Everything that can be set."""

    engine: EngineSettings = EngineSettings()
    imaging: ImagingSettings = ImagingSettings()
    stages: StageSettings = StageSettings()
    codes: CodeSettings = CodeSettings()
    faces: FaceSettings = FaceSettings()
    liveness: LivenessSettings = LivenessSettings()
    insightface: InsightfaceSettings = InsightfaceSettings()
    chips: ChipSettings = ChipSettings()
    server: ServerSettings = ServerSettings()
    vendors: dict[str, VendorSettings] = Field(default_factory=dict, description="One table a vendor.")

    _origins: dict[str, str] = PrivateAttr(default_factory=dict)

    @property
    def trust_folder(self) -> Path:
        """Where the trust store is."""
        return Path(self.chips.trust or Path(self.server.data, "trust"))

    def vendor(self, name: str) -> VendorSettings:
        """The settings of one vendor; the defaults when nothing is set."""
        return self.vendors.get(name, VendorSettings())

    def origin(self, path: str) -> str:
        """Where the value at a dotted `path` came from: a file, a variable or ``default``."""
        return self._origins.get(path, "default")


def load_settings(file: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Reads the settings.

    Args:
        file: the TOML file; None takes the one named by the environment, else ./localverify.toml if it is there.
        environment: variables; None takes the process's own.

    Raises:
        InputError: the file is missing, is not TOML, or holds a name or a value that is not known.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    path = file or _default_file(environment)
    if path is not None:
        values = _read_toml(path)
        origins.update(dict.fromkeys((dotted for dotted, _ in _leaves(values)), str(path)))
    for variable, dotted in _variables(environment):
        _put(values, dotted, _parse(environment[variable]))
        origins[dotted] = f"environment {variable}"
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise InputError(f"setting {name}: {first['msg']} ({origins.get(name, 'settings')})", field=name) from error
    settings._origins.update(origins)
    return settings


def _default_file(environment: Mapping[str, str]) -> Path | None:
    if named := environment.get(FILE_VARIABLE):
        return Path(named)
    path = Path(DEFAULT_FILE)
    return path if path.is_file() else None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read the settings file {path}: {error.strerror}", field="config") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"the settings file {path} is not TOML: {error}", field="config") from error


def _variables(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Variables that name a setting: two underscores stand for the dot."""
    for variable in sorted(environment):
        if variable.startswith(ENVIRONMENT_PREFIX) and "__" in variable:
            yield variable, variable.removeprefix(ENVIRONMENT_PREFIX).lower().replace("__", ".")


def _parse(text: str) -> Any:  # noqa: ANN401 - JSON is anything
    """A variable's text as JSON where it is JSON (numbers, true, lists), else as it stands."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _put(values: dict[str, Any], dotted: str, value: object) -> None:
    *sections, name = dotted.split(".")
    for section in sections:
        inner = values.setdefault(section, {})
        if not isinstance(inner, dict):
            raise InputError(f"setting {section} is a value, not a section", field=section)
        values = inner
    values[name] = value


def _leaves(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def describe(settings: Settings) -> Iterator[tuple[str, Any, str, str]]:
    """Each setting as (dotted name, value, where it came from, what it is)."""
    for section_name in Settings.model_fields:
        section = getattr(settings, section_name)
        if not isinstance(section, Section):
            for vendor, vendor_settings in section.items():
                yield from _describe_section(settings, f"{section_name}.{vendor}", vendor_settings)
        else:
            yield from _describe_section(settings, section_name, section)


def _describe_section(settings: Settings, prefix: str, section: Section) -> Iterator[tuple[str, Any, str, str]]:
    for name, info in type(section).model_fields.items():
        path = f"{prefix}.{name}"
        yield path, getattr(section, name), settings.origin(path), info.description or ""
