"""The files of a chip in a folder."""

from __future__ import annotations

import pytest

from localverify.documents.lds.files import MAX_FILE_BYTES, file_name, read_folder
from localverify.errors import InputError


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("EF_SOD", "SOD"), ("SOD", "SOD"), ("ef.sod", "SOD"), ("ef011D", "SOD"), ("011d", "SOD"),
        ("EF_COM", "COM"), ("ef011E", "COM"), ("Datagroup1", "DG1"), ("EF_DG15", "DG15"), ("dg2", "DG2"),
        ("DG02", "DG2"), ("ef0101", "DG1"), ("EF_010f", "DG15"), ("0110", "DG16"),
        ("DG17", None), ("DG0", None), ("notes", None), ("ef0111", None),
    ],
)  # fmt: skip
def test_usual_names_and_identifiers_are_known(stem, name):
    assert file_name(stem) == name


def test_a_folder_is_read_and_other_files_are_left_alone(tmp_path):
    for name, data in {"EF_SOD.bin": b"s", "ef0101.bin": b"1", "Datagroup2.bin": b"2", "readme.txt": b"x"}.items():
        (tmp_path / name).write_bytes(data)
    files = read_folder(tmp_path)
    assert (files.sod, files.groups, files.com) == (b"s", {1: b"1", 2: b"2"}, None)


def test_two_different_files_for_one_group_are_refused(tmp_path):
    for name, data in {"SOD.bin": b"s", "DG1.bin": b"1", "ef0101.bin": b"2"}.items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match="two different files for DG1"):
        read_folder(tmp_path)


def test_the_same_file_under_two_names_is_taken_once(tmp_path):
    for name in ("SOD.bin", "EF_SOD.bin"):
        (tmp_path / name).write_bytes(b"s")
    assert read_folder(tmp_path).sod == b"s"


def test_a_folder_without_a_security_object_is_refused(tmp_path):
    (tmp_path / "DG1.bin").write_bytes(b"1")
    with pytest.raises(InputError) as caught:
        read_folder(tmp_path)
    assert caught.value.reason == "no_sod"


def test_a_missing_folder_and_a_huge_file_are_refused(tmp_path):
    with pytest.raises(InputError, match="cannot read"):
        read_folder(tmp_path / "nowhere")
    (tmp_path / "SOD.bin").write_bytes(bytes(MAX_FILE_BYTES + 1))
    with pytest.raises(InputError) as caught:
        read_folder(tmp_path)
    assert caught.value.reason == "too_large"
