"""Content-addressed files."""

from __future__ import annotations

import hashlib
import stat
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from localverify.errors import NotFound
from localverify.store.blobs import Blobs

if TYPE_CHECKING:
    from pathlib import Path

DATA = b"a picture, say"
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.mark.parametrize("durable", [False, True])
def test_what_is_put_can_be_got(tmp_path: Path, durable: bool):
    blobs = Blobs(tmp_path, durable)
    blobs.put(DIGEST, DATA)
    assert blobs.get(DIGEST) == DATA
    assert list(blobs.digests()) == [DIGEST]
    assert blobs.size() == (1, len(DATA))


def test_the_same_content_is_kept_once(tmp_path: Path):
    blobs = Blobs(tmp_path)
    blobs.put(DIGEST, DATA)
    blobs.put(DIGEST, DATA)
    assert blobs.size() == (1, len(DATA))


def test_only_the_owner_can_read_a_file(tmp_path: Path):
    Blobs(tmp_path).put(DIGEST, DATA)
    (path,) = tmp_path.glob("??/*")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_not_there_is_not_found(tmp_path: Path):
    with pytest.raises(NotFound):
        Blobs(tmp_path).get(DIGEST)


def test_deleting_says_how_much_went(tmp_path: Path):
    blobs = Blobs(tmp_path)
    blobs.put(DIGEST, DATA)
    assert blobs.delete(DIGEST) == len(DATA)
    assert blobs.size() == (0, 0)


def test_a_file_that_does_not_fit_leaves_nothing_behind(tmp_path: Path):
    """The limit on the size of files stands for the disk's end: the write stops in the middle."""
    script = textwrap.dedent(
        """
        import resource, signal, sys
        from pathlib import Path
        from localverify.errors import NotReady
        from localverify.store.blobs import Blobs
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            Blobs(Path(sys.argv[1])).put("ab" * 32, bytes(5000))
        except NotReady as error:
            print(error.reason)
        """
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)  # noqa: S603 - fixed arguments
    assert done.stdout.strip() == "storage_full"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
