"""Writing past the page cache."""

from __future__ import annotations

import os

import pytest

from localverify.store import direct

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("size", [0, 1, 4096, MEGABYTE - 1, MEGABYTE, MEGABYTE + 1, 3 * MEGABYTE + 4097])
def test_every_byte_arrives_at_any_length(tmp_path, size):
    data = os.urandom(size)
    handle = os.open(tmp_path / "file", os.O_CREAT | os.O_WRONLY)
    direct.write_all(handle, data)
    os.close(handle)
    assert (tmp_path / "file").read_bytes() == data


def test_a_system_without_direct_writes_uses_the_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(direct, "_DIRECT", 0)
    data = os.urandom(2 * MEGABYTE + 5)
    handle = os.open(tmp_path / "file", os.O_CREAT | os.O_WRONLY)
    direct.write_all(handle, data)
    os.close(handle)
    assert (tmp_path / "file").read_bytes() == data
