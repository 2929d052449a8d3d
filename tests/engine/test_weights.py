from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from localverify.engine.weights import WeightStore, import_weights, read_manifest, shipped_folder
from localverify.errors import Conflict, InputError, NotReady

if TYPE_CHECKING:
    from pathlib import Path


def test_every_shipped_file_is_the_one_that_the_manifest_describes():
    for entry in WeightStore().entries():
        assert len(entry.verified_bytes()) == entry.size


def test_every_entry_says_where_it_comes_from_and_under_which_licence():
    tables = tomllib.loads((shipped_folder() / "manifest.toml").read_text(encoding="utf-8"))["weights"]

    for table in tables:
        assert (shipped_folder() / table["licence_file"]).is_file(), table["name"]
    for entry in WeightStore().entries():
        assert entry.licence in {"MIT", "Apache-2.0", "BSD-3-Clause"}
        assert entry.source
        assert entry.input
        assert entry.output
        for threshold in entry.thresholds.values():
            assert threshold.evidence


def test_every_shipped_file_has_an_entry():
    named = {entry.path.name for entry in WeightStore().entries()}

    assert {path.name for path in shipped_folder().glob("*.onnx")} == named


def test_a_changed_file_is_refused(tmp_path: Path):
    source = tmp_path / "net.onnx"
    source.write_bytes(b"weights")
    entry = import_weights(tmp_path / "own", source, "net", "MIT", "trained here")
    entry.path.write_bytes(b"weightz")

    with pytest.raises(NotReady, match="sha256"):
        entry.verified_bytes()


def test_a_missing_file_or_manifest_or_name_is_one_clear_answer(tmp_path: Path):
    with pytest.raises(NotReady, match="no manifest"):
        WeightStore([tmp_path]).entries()
    source = tmp_path / "net.onnx"
    source.write_bytes(b"weights")
    entry = import_weights(tmp_path, source, "a", "MIT", "here")
    entry.path.unlink()
    with pytest.raises(NotReady, match="not at"):
        entry.verified_bytes()
    with pytest.raises(NotReady, match="no weights called 'b'"):
        WeightStore([tmp_path]).get("b")


@pytest.mark.parametrize("text", ["[[weights]]\nname = 'a'\n", "weights = 3\n", "[[weights\n"])
def test_a_broken_manifest_is_not_ready(tmp_path: Path, text: str):
    (tmp_path / "manifest.toml").write_text(text)

    with pytest.raises(NotReady):
        read_manifest(tmp_path)


def test_the_users_own_folder_comes_first(tmp_path: Path):
    source = tmp_path / "net.onnx"
    source.write_bytes(b"mine")
    import_weights(tmp_path / "own", source, "fr_eye", "MIT", "trained here")

    store = WeightStore.with_user_folder(str(tmp_path / "own"))

    assert store.get("fr_eye").verified_bytes() == b"mine"
    assert store.get("fr_detect").licence == "MIT"


def test_importing_refuses_a_second_one_of_the_name_and_hostile_texts(tmp_path: Path):
    source = tmp_path / "net.onnx"
    source.write_bytes(b"weights")
    import_weights(tmp_path, source, "a", "MIT", "here")

    with pytest.raises(Conflict):
        import_weights(tmp_path, source, "a", "MIT", "here")
    with pytest.raises(InputError):
        import_weights(tmp_path, source, "b", 'MIT"\nfile = "/etc/passwd', "here")
    with pytest.raises(InputError):
        import_weights(tmp_path, tmp_path / "none.onnx", "c", "MIT", "here")


@pytest.mark.parametrize("name", ["../escape", "a/b", "", ".."])
def test_importing_refuses_names_that_leave_the_folder(tmp_path: Path, name: str):
    source = tmp_path / "net.onnx"
    source.write_bytes(b"weights")

    with pytest.raises(InputError):
        import_weights(tmp_path / "own", source, name, "MIT", "here")
