"""Weights on disk: a manifest says where each file comes from, and every file is verified when it is loaded.

The wheel carries ``models/``; a user's own folder (setting ``engine.weights``) is searched first, so a
manifest entry there can replace a shipped net. Nothing is ever downloaded.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localverify.errors import Conflict, InputError, NotReady

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MANIFEST = "manifest.toml"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold with the evidence that it rests on.

    Attributes:
        value: on the scale of the net's score.
        evidence: the measurement that it was read from.
    """

    value: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Weights:
    """One entry of a manifest.

    Attributes:
        name: what stages ask for.
        path: the file.
        sha256: hex digest that the file must have.
        licence: SPDX identifier.
        source: package and version, or the script that trained it.
        input: shape, dtype, colour order and scaling.
        output: shape and meaning.
        thresholds: by name.
        size: bytes of the file, -1 when it is missing.
    """

    name: str
    path: Path
    sha256: str
    licence: str
    source: str
    input: str
    output: str
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of the file; -1 when it is missing."""
        return self.path.stat().st_size if self.path.is_file() else -1

    def threshold(self, name: str) -> float:
        """The value of a threshold.

        Raises:
            NotReady: the manifest entry has none of that name.
        """
        if name not in self.thresholds:
            raise NotReady(f"the manifest entry of {self.name} has no threshold {name!r}")
        return self.thresholds[name].value

    def verified_bytes(self) -> bytes:
        """The file's content.

        Raises:
            NotReady: the file is missing, or is not the one that the manifest describes.
        """
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise NotReady(f"the weights {self.name} are not at {self.path}: {error.strerror}") from error
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise NotReady(f"{self.path} is not the file that its manifest describes (its sha256 differs)")
        return data


def shipped_folder() -> Path:
    """The folder of the shipped weights: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "models"
    return installed if installed.is_dir() else package.parent / "models"


class WeightStore:
    """The manifests of several folders, the first one first."""

    def __init__(self, folders: Sequence[Path] | None = None) -> None:
        self._folders = tuple(folders) if folders is not None else (shipped_folder(),)
        self._entries: dict[str, Weights] | None = None
        self._lock = threading.Lock()

    @classmethod
    def with_user_folder(cls, folder: str) -> WeightStore:
        """The shipped weights, with the user's folder before them when one is named."""
        own = (Path(folder),) if folder else ()
        return cls((*own, shipped_folder()))

    def entries(self) -> tuple[Weights, ...]:
        """Every entry, by name.

        Raises:
            NotReady: a manifest is missing or cannot be read.
        """
        return tuple(sorted(self._load().values(), key=lambda entry: entry.name))

    def get(self, name: str) -> Weights:
        """The entry called `name`.

        Raises:
            NotReady: no manifest has it.
        """
        entry = self._load().get(name)
        if entry is None:
            places = ", ".join(str(folder / MANIFEST) for folder in self._folders)
            raise NotReady(f"no weights called {name!r} in {places}")
        return entry

    def _load(self) -> dict[str, Weights]:
        with self._lock:
            if self._entries is None:
                found: dict[str, Weights] = {}
                for folder in self._folders:
                    for entry in read_manifest(folder):
                        found.setdefault(entry.name, entry)
                self._entries = found
            return self._entries


def read_manifest(folder: Path) -> tuple[Weights, ...]:
    """The entries of one folder's manifest.

    Raises:
        NotReady: the manifest is missing, is not TOML, or an entry lacks a key.
    """
    path = folder / MANIFEST
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("weights", [])
    except OSError as error:
        raise NotReady(f"no manifest of weights at {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NotReady(f"{path} is not TOML: {error}") from error
    try:
        return tuple(_entry(folder, table) for table in tables)
    except (KeyError, TypeError, AttributeError) as error:
        raise NotReady(f"{path}: an entry is incomplete ({error})") from error


def _entry(folder: Path, table: Mapping[str, Any]) -> Weights:
    thresholds = {
        name: Threshold(float(value["value"]), value["evidence"]) for name, value in table.get("thresholds", {}).items()
    }
    return Weights(
        name=table["name"],
        path=folder / table["file"],
        sha256=table["sha256"],
        licence=table["licence"],
        source=table["source"],
        input=table["input"],
        output=table["output"],
        thresholds=thresholds,
    )


def import_weights(folder: Path, file: Path, name: str, licence: str, source: str) -> Weights:
    """Copies a user's own file into `folder` and adds it to the manifest there.

    Args:
        folder: made when it is missing.
        file: the weights.
        name: what stages will ask for; a shipped net's name replaces that net.
        licence: the licence under which the user holds them.
        source: where they come from.

    Raises:
        InputError: `file` cannot be read, a text holds a line break or a quote, or the name is no file name.
        Conflict: the folder's manifest already has that name.
    """
    if any(character in text for text in (name, licence, source) for character in '"\\\n\r'):
        raise InputError("name, licence and source must be plain one-line texts")
    if name in {"", ".", ".."} or name != Path(name).name:
        raise InputError(f"{name!r} cannot be the name of a file", field="name")
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / MANIFEST
    if manifest.exists() and any(entry.name == name for entry in read_manifest(folder)):
        raise Conflict(f"{manifest} already has weights called {name!r}")
    try:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}", field="file") from error
    target = folder / f"{name}{file.suffix}"
    shutil.copyfile(file, target)
    lines = {
        "name": name,
        "file": target.name,
        "sha256": digest,
        "licence": licence,
        "source": source,
        "input": "as the shipped net of that name",
        "output": "as the shipped net of that name",
    }
    entry = "\n".join(f'{key} = "{value}"' for key, value in lines.items())
    with manifest.open("a", encoding="utf-8") as stream:
        stream.write(f"[[weights]]\n{entry}\n\n")
    return next(found for found in read_manifest(folder) if found.name == name)
