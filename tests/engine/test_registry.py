from __future__ import annotations

import importlib

import pytest

from localverify.config import Settings
from localverify.engine.registry import BUILT_IN, Registry, Toolbox
from localverify.errors import InputError


def test_every_built_in_back_end_is_a_file_with_a_factory():
    for kind, names in BUILT_IN.items():
        for name, target in names.items():
            module, _, attribute = target.partition(":")
            assert callable(getattr(importlib.import_module(module), attribute)), f"{kind}.{name}"


def test_every_kind_has_a_setting_and_its_default_is_built_in():
    stages = Settings().stages

    for kind in BUILT_IN:
        assert getattr(stages, kind) in BUILT_IN[kind]


def test_an_unknown_back_end_is_named_with_those_that_are_known(toolbox: Toolbox):
    with pytest.raises(InputError, match="no barcodes back end called 'none'; known: zbar, zxing"):
        toolbox.stage("barcodes", "none")


def test_a_stage_is_built_once_and_shared(toolbox: Toolbox):
    assert toolbox.stage("face_pose") is toolbox.stage("face_pose", "pnp")


def test_kinds_and_names_are_listed():
    registry = Registry()

    assert "face_finder" in registry.kinds()
    assert registry.names("face_finder") == ("fr", "insightface")
    assert registry.names("none") == ()
