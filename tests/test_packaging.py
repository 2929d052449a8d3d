"""The wheel carries the weights and works outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content in a folder far from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)  # noqa: S603
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_works_outside_the_checkout(unpacked: Path, tmp_path: Path, portraits: Path):
    code = (
        "import localverify, sys\n"
        "from localverify.engine.weights import WeightStore\n"
        "assert all(entry.verified_bytes() for entry in WeightStore().entries())\n"
        "with localverify.Verifier() as verifier:\n"
        "    print(localverify.__file__, verifier.compare_faces(*sys.argv[1:]).decision.outcome)\n"
    )
    pictures = [str(portraits / name) for name in ("obama.jpg", "obama2.jpg")]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, *pictures],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    place, outcome = done.stdout.split()
    assert Path(place).is_relative_to(unpacked)
    assert outcome == "pass"


def test_the_wheel_carries_the_product_alone(unpacked: Path):
    top = {path.name for path in unpacked.iterdir()}

    assert {name for name in top if not name.endswith(".dist-info")} == {"localverify"}
    assert (unpacked / "localverify" / "models" / "licenses").is_dir()
    assert (unpacked / "localverify" / "py.typed").is_file()


def test_each_runtime_has_an_extra_of_its_own():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]

    assert extras["cpu"] == ["onnxruntime>=1.20"]
    assert extras["gpu"] == ["onnxruntime-gpu>=1.20"]
    assert not any(name.startswith("onnxruntime") for name in extras["server"])
    base = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert not any(name.startswith("onnxruntime") for name in base)
