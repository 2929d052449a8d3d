"""The server as a whole: its routes, its pages for the operator, its limits and what it says of failures."""

from __future__ import annotations

import json
import socket
import sqlite3
from typing import TYPE_CHECKING

import httpx2
import pytest

from localverify.store import database
from localverify.vendors.trustvision import translate
from tests.files import one_colour
from tests.serving import serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.serving import Running

# Restated by hand: a route that is added or lost has to be added or taken away here too.
PUBLIC_ROUTES = {
    "/trustvision": {
        "POST /v1/images",
        "GET /v1/images/{image_id}",
        "POST /v1/detect_faces_sync",
        "POST /v1/compare_faces_sync",
        "POST /v1/verify_face_liveness_sync",
        "POST /v1/verify_portrait_sanity_sync",
        "POST /v1/verify_nfc",
        "POST /v1/check_nfc",
    }
}
OPERATOR_PAGES = {"/healthz", "/readyz", "/metrics", "/docs/trustvision"}


def upload(client: httpx2.Client):
    return client.post("/v1/images", files={"file": ("a.jpg", one_colour())}, data={"label": "portrait"})


def error_of(answer: httpx2.Response):
    return answer.json()["errors"][0]["code"]


def test_the_public_routes_are_the_ones_that_are_written_down(server: Running):
    for prefix, routes in PUBLIC_ROUTES.items():
        page = httpx2.get(f"{server.url}{prefix}/openapi.json").json()
        found = {f"{method.upper()} {path}" for path, methods in page["paths"].items() for method in methods}
        assert found == routes


def test_every_reference_of_the_openapi_page_leads_somewhere(server: Running):
    page = httpx2.get(f"{server.url}/trustvision/openapi.json").json()
    references = {part.split('"')[0] for part in json.dumps(page).split('"$ref": "#/components/schemas/')[1:]}
    assert references <= set(page["components"]["schemas"])
    assert page["servers"] == [{"url": "/trustvision"}]


@pytest.mark.parametrize("path", sorted(OPERATOR_PAGES))
def test_the_operators_pages_answer(server: Running, path: str):
    assert httpx2.get(server.url + path).status_code == 200


def test_the_page_of_a_vendor_lists_its_operations_and_loads_nothing(server: Running):
    page = httpx2.get(server.url + "/docs/trustvision").text
    for route in PUBLIC_ROUTES["/trustvision"]:
        assert route.replace(" ", " /trustvision") in page
    assert "<script" not in page
    assert "//" not in page.replace("http://127.0.0.1", "")


def test_other_paths_are_not_found(server: Running):
    assert httpx2.get(server.url + "/nothing").status_code == 404


def test_the_metrics_count_by_route_and_never_by_path(server: Running, trustvision: httpx2.Client):
    image_id = upload(trustvision).json()["data"]["image_id"]
    trustvision.get(f"/v1/images/{image_id}")
    page = httpx2.get(server.url + "/metrics").text
    assert 'route="/v1/images/{image_id}",status="200",vendor="trustvision"' in page
    assert image_id not in page


def test_an_answer_carries_the_requests_id(trustvision: httpx2.Client):
    answer = upload(trustvision)
    assert answer.headers["X-Request-ID"] == answer.json()["data"]["request_id"]


def test_a_key_has_its_rate(tmp_path: Path):
    with serving(tmp_path, vendors={"trustvision": {"requests_per_minute": 3}}) as running:
        with running.client(running.key()) as client:
            assert [upload(client).status_code for _ in range(3)] == [200, 200, 200]
            answer = upload(client)
            assert (answer.status_code, error_of(answer)) == (429, "rate_limit_exception")
        with running.client(running.key()) as another:
            assert upload(another).status_code == 200


def test_a_vendor_can_be_left_out(tmp_path: Path):
    with serving(tmp_path, vendors={"trustvision": {"enabled": False}}) as running:
        assert httpx2.get(f"{running.url}/trustvision/openapi.json").status_code == 404


def test_a_body_that_never_ends_meets_the_deadline(tmp_path: Path):
    with serving(tmp_path, server={"deadline_s": 0.5}) as running, running.client() as client:
        host, port = running.url.removeprefix("http://").split(":")
        signed = next(running.key().auth_flow(client.build_request("POST", "/v1/detect_faces_sync")))
        head = [
            "POST /trustvision/v1/detect_faces_sync HTTP/1.1",
            "Host: x",
            "Content-Length: 100",
            *(f"{name}: {signed.headers[name]}" for name in ("Authorization", "X-TV-Timestamp")),
        ]
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall("\r\n".join(head).encode() + b'\r\n\r\n{"image"')
            answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
        assert answer.startswith("HTTP/1.1 408")
        assert "request_timeout_exception" in answer


def test_a_database_that_another_process_holds_is_said_and_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(database, "LOCK_WAIT_S", 0.05)
    with serving(tmp_path) as running, running.client(running.key()) as client:
        holder = sqlite3.connect(tmp_path / database.FILE, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        answer = upload(client)
        assert (answer.status_code, error_of(answer)) == (408, "request_timeout_exception")
        assert "another process holds the database" in answer.json()["errors"][0]["message"]
        assert holder.execute("SELECT count(*) FROM images").fetchone() == (0,)
        holder.rollback()
        holder.close()
        assert upload(client).status_code == 200


def test_readiness_ends_with_the_database(tmp_path: Path):
    with serving(tmp_path) as running:
        (tmp_path / database.FILE).unlink()
        answer = httpx2.get(running.url + "/readyz")
        assert (answer.status_code, answer.json()["status"]) == (503, "storage_gone")
        assert httpx2.get(running.url + "/healthz").status_code == 200


def test_an_unexpected_error_says_nothing_of_its_cause(
    trustvision: httpx2.Client, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError("Nguyen Van A")

    monkeypatch.setattr(translate, "detected", broken)
    image_id = upload(trustvision).json()["data"]["image_id"]
    answer = trustvision.post("/v1/detect_faces_sync", json={"image": {"id": image_id}})
    assert (answer.status_code, error_of(answer)) == (500, "internal_server_error")
    monkeypatch.undo()
    assert upload(trustvision).status_code == 200
    assert "Nguyen" not in answer.text + capfd.readouterr().err
