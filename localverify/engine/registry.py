"""The table of stages: (kind, name) to a factory, built-in ones and those of entry points.

An installed package adds a back end with an entry point in the group ``localverify.stages``, named
``kind.name`` and pointing to a function that takes a `StageContext` and returns the stage.
"""

from __future__ import annotations

import importlib
import threading
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

from localverify.engine.runtime import Runtime
from localverify.engine.weights import WeightStore
from localverify.errors import InputError, NotReady

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localverify.config import Settings

ENTRY_POINT_GROUP = "localverify.stages"

BUILT_IN: Mapping[str, Mapping[str, str]] = {
    "barcodes": {
        "zxing": "localverify.stages.barcodes_zxing:build",
        "zbar": "localverify.stages.barcodes_zbar:build",
    },
    "mrz": {
        "ctc": "localverify.stages.mrz_ctc:build",
        "passporteye": "localverify.stages.mrz_passporteye:build",
    },
    "quality": {"classical": "localverify.stages.quality_classical:build"},
    "face_finder": {
        "fr": "localverify.stages.faces_fr:build",
        "insightface": "localverify.stages.faces_insightface:build",
    },
    "face_landmarks": {"fr": "localverify.stages.landmarks_fr:build"},
    "face_embedder": {
        "fr": "localverify.stages.embed_fr:build",
        "insightface": "localverify.stages.embed_insightface:build",
    },
    "face_pose": {"pnp": "localverify.stages.pose_pnp:build"},
    "face_eyes": {"fr": "localverify.stages.eyes_fr:build"},
    "face_demographics": {"faceres": "localverify.stages.age_faceres:build"},
    "liveness": {
        "fusion": "localverify.stages.liveness_fusion:build",
        "fr": "localverify.stages.liveness_fr:build",
    },
    "hashes": {
        "imagehash": "localverify.stages.hash_imagehash:build",
        "imagehash_difference": "localverify.stages.hash_imagehash:build_difference",
    },
}


@dataclass(frozen=True, slots=True)
class StageContext:
    """What a factory may use.

    Attributes:
        settings: all settings.
        runtime: loads and runs nets.
    """

    settings: Settings
    runtime: Runtime


class Registry:
    """Finds factories by kind and name."""

    def __init__(self) -> None:
        self._targets: dict[str, dict[str, str]] = {kind: dict(names) for kind, names in BUILT_IN.items()}
        for point in metadata.entry_points(group=ENTRY_POINT_GROUP):
            kind, _, name = point.name.partition(".")
            self._targets.setdefault(kind, {})[name] = point.value

    def kinds(self) -> tuple[str, ...]:
        """Every kind of stage."""
        return tuple(sorted(self._targets))

    def names(self, kind: str) -> tuple[str, ...]:
        """The back ends of a kind; empty for an unknown kind."""
        return tuple(sorted(self._targets.get(kind, ())))

    def build(self, kind: str, name: str, context: StageContext) -> Any:  # noqa: ANN401 - kinds differ in type
        """Makes a stage.

        Raises:
            InputError: there is no back end of that name.
            NotReady: it needs weights or a package that is not there.
        """
        target = self._targets.get(kind, {}).get(name)
        if target is None:
            known = ", ".join(self.names(kind)) or "none"
            raise InputError(f"no {kind} back end called {name!r}; known: {known}", field=f"stages.{kind}")
        module, _, attribute = target.partition(":")
        try:
            factory: Callable[[StageContext], Any] = getattr(importlib.import_module(module), attribute or "build")
        except (ImportError, AttributeError) as error:
            raise NotReady(f"the {kind} back end {name!r} cannot be imported from {target}: {error}") from error
        return factory(context)


class Toolbox:
    """The stages that the settings name, each built once and shared."""

    def __init__(self, settings: Settings, registry: Registry | None = None) -> None:
        self.settings = settings
        self.registry = registry or Registry()
        self.runtime = Runtime(settings.engine, WeightStore.with_user_folder(settings.engine.weights))
        self._context = StageContext(settings, self.runtime)
        self._stages: dict[tuple[str, str], Any] = {}
        self._lock = threading.RLock()

    def stage(self, kind: str, name: str | None = None) -> Any:  # noqa: ANN401 - kinds differ in type
        """The stage of a kind: the one called `name`, else the one that the settings name.

        Raises:
            InputError: there is no back end of that name.
            NotReady: it needs weights or a package that is not there.
        """
        chosen: str = name or getattr(self.settings.stages, kind)
        with self._lock:
            if (kind, chosen) not in self._stages:
                self._stages[kind, chosen] = self.registry.build(kind, chosen, self._context)
            return self._stages[kind, chosen]

    def close(self) -> None:
        """Ends the workers."""
        self.runtime.close()
