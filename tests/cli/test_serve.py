"""`localverify serve`, `keys` and `data` as a user runs them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx2
import pytest

from tests.files import one_colour
from tests.serving import TrustVisionAuth

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = (sys.executable, "-c", "from localverify.cli.main import main; main()")


def localverify(*arguments: object):
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - fixed arguments


def answered(*arguments: object):
    done = localverify(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@contextmanager
def served(data: Path):
    command = [*COMMAND, "serve", "--port", "0", "--data", str(data), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - fixed arguments
        try:
            yield process, json.loads(process.stdout.readline())["url"]
        finally:
            if process.poll() is None:
                process.kill()


def upload(url: str, auth: TrustVisionAuth):
    with httpx2.Client(base_url=url + "/trustvision", auth=auth) as client:
        fields = {"label": "portrait", "metadata": '{"name": "Nguyen Van A"}'}
        return client.post("/v1/images", files={"file": ("a.jpg", one_colour())}, data=fields)


def test_serve_announces_itself_takes_new_keys_at_once_and_stops_on_sigterm(tmp_path: Path):
    with served(tmp_path) as (process, url):
        (key,) = answered("keys", "create", "trustvision", "--data", tmp_path)
        assert set(key) == {"access_key", "secret"}
        auth = TrustVisionAuth(key["access_key"], key["secret"])
        assert upload(url, auth).status_code == 200
        answered("keys", "revoke", "trustvision", key["access_key"], "--data", tmp_path)
        assert upload(url, auth).status_code == 401
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=60)
        assert process.returncode == 0
    first, *lines = log.splitlines()
    assert first == f"localverify listens on {url}"
    requests = [json.loads(line) for line in lines]
    assert [(line["route"], line["status"]) for line in requests] == [("/v1/images", 200), ("/v1/images", 401)]
    for private in ("Nguyen", key["secret"], key["access_key"], "portrait", "TV "):
        assert private not in log


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path):
    (key,) = answered("keys", "create", "trustvision", "--data", tmp_path)
    auth = TrustVisionAuth(key["access_key"], key["secret"])
    with served(tmp_path) as (process, url):
        ids = [upload(url, auth).json()["data"]["image_id"] for _ in range(5)]
        process.kill()
    with served(tmp_path) as (_, url), httpx2.Client(base_url=url + "/trustvision", auth=auth) as client:
        assert [client.get(f"/v1/images/{image_id}").content for image_id in ids] == [one_colour()] * 5


def test_a_port_that_is_taken_is_said(tmp_path: Path):
    with served(tmp_path / "one") as (_, url):
        done = localverify("serve", "--port", url.rpartition(":")[2], "--data", tmp_path / "two")
    assert done.returncode == 2
    assert "address already in use" in done.stderr


@pytest.mark.parametrize(
    "vendor, fields",
    [
        ("zignsec", {"api_key"}),
        ("imagetwin", {"api_key"}),
        ("shareid", {"api_key", "business_hash"}),
        ("scantrust", {"app"}),
    ],
)
def test_keys_have_the_fields_that_the_vendor_gives(tmp_path: Path, vendor: str, fields: set[str]):
    (key,) = answered("keys", "create", vendor, "--data", tmp_path)
    assert set(key) == fields


def test_listed_keys_show_no_secret(tmp_path: Path):
    (bearer,) = answered("keys", "create", "zignsec", "--data", tmp_path)
    (signing,) = answered("keys", "create", "trustvision", "--data", tmp_path, "--client", "a bank")
    listed = answered("keys", "list", "--data", tmp_path)
    assert [(key["vendor"], key["revoked"]) for key in listed] == [("zignsec", None), ("trustvision", None)]
    assert (listed[1]["identifier"], listed[1]["client"]) == (signing["access_key"], "a bank")
    assert bearer["api_key"] not in json.dumps(listed)
    assert signing["secret"] not in json.dumps(listed)


def test_an_unknown_vendor_and_a_folder_that_is_none_are_bad_usage(tmp_path: Path):
    assert localverify("keys", "create", "nobody", "--data", tmp_path).returncode == 2
    for arguments in (("keys", "list"), ("data", "stats"), ("data", "purge"), ("data", "upgrade")):
        done = localverify(*arguments, "--data", tmp_path / "typo")
        assert (done.returncode, "is not a data folder" in done.stderr) == (2, True)
    assert not (tmp_path / "typo").exists()


def test_data_is_counted_and_purged(tmp_path: Path):
    answered("keys", "create", "trustvision", "--data", tmp_path)
    assert answered("data", "stats", "--data", tmp_path)[0]["keys"] == {"trustvision": 1}
    (purged,) = answered("data", "purge", "--data", tmp_path)
    assert purged == {"rows": {"images": 0, "requests": 0, "chips": 0}, "files": 0, "bytes": 0}
    assert answered("data", "upgrade", "--data", tmp_path) == [{"before": 2, "after": 2}]
