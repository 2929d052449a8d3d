from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from localverify.config import Settings, load_settings
from tests.cli.test_faces import run

if TYPE_CHECKING:
    from pathlib import Path


def test_config_init_writes_every_setting_explained_and_never_overwrites(tmp_path: Path):
    file = tmp_path / "localverify.toml"

    assert run("config", "show", "--json")[0] == 0
    _, shown, _ = run("config", "show", "--json")
    init = _init(file)
    text = file.read_text()

    assert init == 0
    assert _init(file) == 2
    for record in shown:
        assert record["description"] in text
    assert load_settings(file, {}).model_dump() == Settings().model_dump()
    uncommented = "\n".join(line.removeprefix("# ") for line in text.splitlines() if " = " in line or "[" in line)
    assert tomllib.loads(text).keys() == Settings.model_fields.keys() - {"vendors"}
    assert "threads = 0" in uncommented


def _init(file: Path) -> int:
    import subprocess
    import sys

    command = [sys.executable, "-m", "localverify.cli", "config", "init", str(file)]
    return subprocess.run(command, capture_output=True, check=False).returncode  # noqa: S603


def test_config_show_says_where_a_value_came_from(tmp_path: Path):
    file = tmp_path / "own.toml"
    file.write_text("[engine]\nthreads = 1\n")

    _, shown, _ = run("config", "show", "--json", "--config", file)

    by_name = {record["setting"]: record for record in shown}
    assert by_name["engine.threads"]["origin"] == str(file)
    assert by_name["engine.device"]["origin"] == "default"


def test_weights_are_listed_with_licence_and_evidence_and_verified():
    _, listed, _ = run("weights", "list", "--json")
    status, verified, _ = run("weights", "verify", "--json")

    assert {"name", "sha256", "licence", "source", "thresholds"} <= set(listed[0])
    assert status == 0
    assert all(record["ok"] for record in verified)


def test_a_damaged_net_fails_the_verification(tmp_path: Path):
    (tmp_path / "net.onnx").write_bytes(b"first")
    config = tmp_path / "own.toml"
    config.write_text(f"[engine]\nweights = '{tmp_path / 'own'}'\n")
    imported = ["weights", "import", tmp_path / "net.onnx", "--name", "mine", "--licence", "MIT", "--source", "here"]

    import subprocess
    import sys

    command = [sys.executable, "-m", "localverify.cli", *map(str, imported), "--config", str(config)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
    (tmp_path / "own" / "mine.onnx").write_bytes(b"second")
    status, verified, _ = run("weights", "verify", "--json", "--config", config)

    assert status == 1
    assert [record["name"] for record in verified if not record["ok"]] == ["mine"]


def test_doctor_names_device_threads_and_what_a_missing_back_end_needs():
    status, records, _ = run("doctor", "--json")

    assert status == 0
    assert {"runtime", "threads", "weights", "back end"} <= {record["what"] for record in records}
    for record in records:
        assert record["ok"] or record["detail"]


def test_help_names_every_command():
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "localverify.cli", "--help"], capture_output=True, text=True, check=True
    )
    for command in ("read-codes", "detect-faces", "compare-faces", "check-liveness", "check-portrait", "doctor"):
        assert command in done.stdout
