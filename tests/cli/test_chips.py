"""`localverify verify-chip` and `localverify trust`, as a person and as a program use them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from localverify.cli.main import app
from localverify.imaging.decode import decode
from tests.chips_factory import SodOptions, make_authority, make_chip, make_crl, make_master_list

NOW = datetime.now(UTC).replace(microsecond=0)
AUTHORITY = make_authority(not_before=NOW - timedelta(days=900), not_after=NOW + timedelta(days=900))


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def write(folder, options=None):
    """A document's files under the names that most readers use."""
    validity = {"not_before": NOW - timedelta(days=800), "not_after": NOW + timedelta(days=800)}
    options = options or SodOptions(signing_time=NOW - timedelta(days=700))
    chip = make_chip(authority=AUTHORITY, options=options, **validity)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "EF_SOD.bin").write_bytes(chip.files.sod)
    (folder / "EF_COM.bin").write_bytes(chip.files.com)
    for number, data in chip.files.groups.items():
        (folder / f"EF_DG{number}.bin").write_bytes(data)
    return folder


@pytest.fixture
def chip(tmp_path):
    return write(tmp_path / "chip")


@pytest.fixture
def authority(tmp_path):
    (tmp_path / "csca.cer").write_bytes(AUTHORITY.certificate)
    return tmp_path / "csca.cer"


@pytest.fixture
def store(tmp_path, authority):
    run("trust", "add", authority, "--store", tmp_path / "trust")
    return tmp_path / "trust"


def test_a_genuine_document_passes(chip, store):
    done = run("verify-chip", chip, "--store", store, "--json")
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert answer["dir"] == str(chip)
    assert (answer["signature"], answer["chain"], answer["verdict"], answer["reasons"]) == ("good", "good", "good", [])
    assert answer["data_groups"] == dict.fromkeys(("DG1", "DG2", "DG11", "DG12", "DG14", "DG15"), "good")
    assert answer["fields"]["DG1"]["surname"] == "ERIKSSON"
    assert answer["face"]["format"] == "JPEG"
    assert (answer["active_authentication"], answer["chip_authentication"]) == ("not_check", "not_check")
    assert answer["revocation"] == "no_list"


def test_a_person_reads_the_verdict_first(chip, store):
    lines = run("verify-chip", chip, "--store", store).stdout.splitlines()
    assert lines[0] == f"{chip}: good"
    assert "  DG1 surname: ERIKSSON" in lines


def test_trust_may_be_given_for_one_run(chip, authority, tmp_path):
    assert run("verify-chip", chip, "--trust", authority).exit_code == 0
    (tmp_path / "junk.cer").write_bytes(b"junk")
    done = run("verify-chip", chip, "--trust", authority, "--trust", tmp_path / "junk.cer")
    assert done.exit_code == 0
    assert "junk.cer" in done.stderr


def test_nothing_passes_without_trust(chip, tmp_path):
    done = run("verify-chip", chip, "--store", tmp_path / "empty", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["reasons"] == ["trust_store_empty"]


def test_a_changed_document_fails_and_the_others_are_answered(chip, store, tmp_path):
    bad = write(tmp_path / "bad", SodOptions(signing_time=None, spoil_signature=True))
    done = run("verify-chip", bad, chip, "--store", store, "--json")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 1
    assert [answer["verdict"] for answer in answers] == ["alert", "good"]
    assert answers[0]["signature"] == "bad"


def test_a_folder_that_is_none_costs_only_itself(chip, store, tmp_path):
    done = run("verify-chip", tmp_path / "gone", chip, "--store", store, "--json")
    assert done.exit_code == 2
    assert "gone" in done.stderr
    assert json.loads(done.stdout)["verdict"] == "good"


@pytest.mark.parametrize("name", ["face.jpg", "face.png"])
def test_the_portrait_is_written(chip, store, tmp_path, name):
    done = run("verify-chip", chip, "--store", store, "--face", tmp_path / name, "--json")
    assert json.loads(done.stdout)["face"]["file"] == str(tmp_path / name)
    picture = decode((tmp_path / name).read_bytes())
    assert (picture.width, picture.height) == (60, 80)


def test_a_portrait_is_written_of_one_folder_alone(chip, store, tmp_path):
    done = run("verify-chip", chip, chip, "--store", store, "--face", tmp_path / "face.jpg")
    assert done.exit_code != 0
    assert not (tmp_path / "face.jpg").exists()


def test_trust_is_added_listed_and_removed(tmp_path, authority):
    store = tmp_path / "data" / "trust"
    (tmp_path / "ut.ml").write_bytes(make_master_list(AUTHORITY, [AUTHORITY.certificate]))
    (tmp_path / "ut.crl").write_bytes(make_crl(AUTHORITY, [7]))
    data = ("--data", tmp_path / "data", "--json")
    added = run("trust", "add", tmp_path / "ut.ml", tmp_path / "ut.crl", "--root", authority, *data)
    assert json.loads(added.stdout) == {"added": 2, "known": 0, "passed_over": []}
    listed = [json.loads(line) for line in run("trust", "list", "--store", store, "--json").stdout.splitlines()]
    assert [(item["kind"], item["source"]) for item in listed] == [("certificate", "ut.ml"), ("crl", "ut.crl")]
    assert "Master List Signer" in listed[0]["vouched_by"]
    assert "UT, Utopia Passports, CSCA" in run("trust", "list", "--store", store).stdout
    removed = run("trust", "remove", listed[0]["id"][:10], "ut.crl", *data)
    assert [json.loads(line)["removed"] for line in removed.stdout.splitlines()] == [1, 1]
    assert run("trust", "remove", "ut.crl", *data).exit_code == 1
    assert run("trust", "list", *data).stdout == ""


def test_what_is_passed_over_is_told(tmp_path, authority):
    (tmp_path / "junk.cer").write_bytes(b"junk")
    done = run("trust", "add", authority, tmp_path / "junk.cer", "--store", tmp_path / "trust", "--json")
    assert done.exit_code == 0
    assert len(json.loads(done.stdout)["passed_over"]) == 1
    assert "junk.cer" in done.stderr
    assert run("trust", "add", tmp_path / "junk.cer", "--store", tmp_path / "trust").exit_code == 1
