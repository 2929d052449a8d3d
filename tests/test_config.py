from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localverify.config import Settings, describe, load_settings
from localverify.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def test_defaults_hold_without_a_file_or_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    settings = load_settings(environment={})

    assert settings == Settings()
    assert settings.origin("engine.device") == "default"


def test_a_file_beats_the_default_and_a_variable_beats_the_file(tmp_path: Path):
    file = tmp_path / "settings.toml"
    file.write_text("[engine]\nthreads = 3\nbatch = 4\n")

    settings = load_settings(file, {"LOCALVERIFY_ENGINE__THREADS": "5"})

    assert settings.engine.threads == 5
    assert settings.origin("engine.threads") == "environment LOCALVERIFY_ENGINE__THREADS"
    assert settings.engine.batch == 4
    assert settings.origin("engine.batch") == str(file)


def test_a_vendor_has_a_table_of_its_own(tmp_path: Path):
    file = tmp_path / "settings.toml"
    file.write_text("[vendors.trustvision]\nretention_days = 7\n")

    settings = load_settings(file, {})

    assert settings.vendor("trustvision").retention_days == 7
    assert settings.vendor("zignsec").retention_days == 30


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[engine]\nthread = 3\n", "engine.thread"),
        ("[engine]\nthreads = -1\n", "engine.threads"),
        ("[engine]\ndevice = 'tpu'\n", "engine.device"),
        ("[engine\n", "not TOML"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, word: str):
    file = tmp_path / "settings.toml"
    file.write_text(text)

    with pytest.raises(InputError, match=word):
        load_settings(file, {})


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(InputError, match="cannot read the settings file"):
        load_settings(tmp_path / "none.toml", {})


def test_every_setting_is_explained():
    for path, _, origin, text in describe(Settings()):
        assert text.endswith("."), path
        assert origin == "default"
