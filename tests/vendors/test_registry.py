"""Vendors by name: the built-in ones, and those of installed packages."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

import httpx2
import pytest

from localverify.errors import InputError
from localverify.vendors.registry import all_vendors, find_vendor
from tests.serving import serving

if TYPE_CHECKING:
    from pathlib import Path

# What `keys create` prints, by vendor.
CREDENTIALS = {
    "imagetwin": ("api_key",),
    "scantrust": ("app",),
    "shareid": ("api_key", "business_hash"),
    "trustvision": ("access_key", "secret"),
    "zignsec": ("api_key",),
}


def test_every_vendor_declares_its_credentials():
    found = {name: tuple(field.name for field in vendor.credentials) for name, vendor in all_vendors().items()}
    assert found == CREDENTIALS


def test_an_unknown_vendor_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="trustvision"):
        find_vendor("nobody")


def test_an_installed_package_adds_a_vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    packages = tmp_path / "packages"
    (packages / "greeter-1.0.dist-info").mkdir(parents=True)
    (packages / "greeter-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: greeter\nVersion: 1.0\n")
    (packages / "greeter-1.0.dist-info" / "entry_points.txt").write_text(
        "[localverify.vendors]\ngreeter = greeter:VENDOR\n"
    )
    (packages / "greeter.py").write_text(
        textwrap.dedent(
            """
            from fastapi import FastAPI
            from localverify.vendors.base.declaration import CredentialField, ErrorAnswer, Vendor, VendorApplication

            VENDOR = Vendor("greeter", "Greeter", (CredentialField("token"),), "greeter:build")

            def build(services):
                app = FastAPI()

                @app.post("/hello")
                async def hello(body: dict[str, str]) -> dict[str, str]:
                    return {"hello": body["name"]}

                def failure(error, _request_id):
                    return ErrorAnswer(418, {"wrong": error.reason})
                return VendorApplication(app, failure, 100, app.openapi())
            """
        )
    )
    monkeypatch.syspath_prepend(str(packages))
    try:
        with serving(tmp_path / "data") as running:
            answer = httpx2.post(f"{running.url}/greeter/hello", json={"name": "you"})
            assert answer.json() == {"hello": "you"}
            too_long = httpx2.post(f"{running.url}/greeter/hello", json={"name": "x" * 1000})
            assert (too_long.status_code, too_long.json()) == (418, {"wrong": "too_large"})
    finally:
        sys.modules.pop("greeter", None)
