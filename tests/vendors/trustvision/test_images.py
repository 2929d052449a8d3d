"""Uploading and downloading pictures over HTTP."""

from __future__ import annotations

import base64
import uuid
from typing import TYPE_CHECKING

import pytest

from localverify.store.store import Store
from tests.files import one_colour

if TYPE_CHECKING:
    import httpx2

    from tests.serving import Running


def upload(client: httpx2.Client, data: bytes, label: str = "portrait", **fields: dict[str, str]):
    return client.post("/v1/images", files={"file": ("a.jpg", data)}, data={"label": label, **fields})


def test_an_upload_answers_the_images_id(trustvision: httpx2.Client, obama_jpeg: bytes):
    answer = upload(trustvision, obama_jpeg)
    assert answer.status_code == 200
    assert set(answer.json()) == {"data"}
    assert set(answer.json()["data"]) == {"image_id", "request_id"}
    uuid.UUID(answer.json()["data"]["image_id"])


@pytest.mark.parametrize("kind, media_type", [("JPEG", "image/jpeg"), ("PNG", "image/png")])
def test_a_download_is_the_original_file(trustvision: httpx2.Client, kind: str, media_type: str):
    data = one_colour(kind)
    image_id = upload(trustvision, data).json()["data"]["image_id"]
    answer = trustvision.get(f"/v1/images/{image_id}")
    assert (answer.content, answer.headers["content-type"]) == (data, media_type)


def test_a_download_in_base64_is_a_data_url(trustvision: httpx2.Client, obama_jpeg: bytes):
    image_id = upload(trustvision, obama_jpeg).json()["data"]["image_id"]
    answer = trustvision.get(f"/v1/images/{image_id}", headers={"X-DOWNLOAD-BASE64": "true"})
    assert answer.text == f"data:image/jpeg;base64,{base64.b64encode(obama_jpeg).decode()}"


@pytest.mark.parametrize("prefix", ["", "data:image/jpeg;base64,"])
def test_json_uploads_carry_base64_with_or_without_a_data_url(
    trustvision: httpx2.Client, obama_jpeg: bytes, prefix: str
):
    body = {"base64": prefix + base64.b64encode(obama_jpeg).decode(), "label": "portrait", "request_id": "ignored"}
    image_id = trustvision.post("/v1/images", json=body).json()["data"]["image_id"]
    assert trustvision.get(f"/v1/images/{image_id}").content == obama_jpeg


def test_base64_in_lines_is_accepted(trustvision: httpx2.Client, obama_jpeg: bytes):
    body = {"base64": base64.encodebytes(obama_jpeg).decode(), "label": "portrait"}
    assert trustvision.post("/v1/images", json=body).status_code == 200


@pytest.mark.parametrize(
    "metadata", ['{"id": "123456789", "type": 1}', {"id": "123456789", "type": 1, "ratio": 0.5, "ok": True}]
)
def test_metadata_is_a_string_of_json_or_the_object(
    trustvision: httpx2.Client, server: Running, obama_jpeg: bytes, metadata: object
):
    body = {"base64": base64.b64encode(obama_jpeg).decode(), "label": "portrait", "metadata": metadata}
    image_id = trustvision.post("/v1/images", json=body).json()["data"]["image_id"]
    store = Store(server.data)
    assert store.find_image("trustvision", "a client", image_id).metadata["type"] == 1
    store.close()


@pytest.mark.parametrize(
    "fields, blamed",
    [
        ({"label": "selfie"}, "label"),
        ({"label": ""}, "label"),
        ({"label": "portrait", "metadata": "not json"}, "metadata"),
        ({"label": "portrait", "metadata": '{"a": {"b": 1}}'}, "metadata"),
        ({"label": "portrait", "metadata": "[1]"}, "metadata"),
    ],
)
def test_a_wrong_field_is_named(trustvision: httpx2.Client, obama_jpeg: bytes, fields: dict[str, str], blamed: str):
    answer = trustvision.post("/v1/images", files={"file": ("a.jpg", obama_jpeg)}, data=fields)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"]) == (400, "invalid_parameter_exception")
    assert error["detail"]["field"].startswith(blamed)


def test_a_missing_label_and_a_missing_file_are_named(trustvision: httpx2.Client, obama_jpeg: bytes):
    without_label = trustvision.post("/v1/images", files={"file": ("a.jpg", obama_jpeg)})
    assert without_label.json()["errors"][0]["detail"]["field"] == "label"
    without_file = trustvision.post("/v1/images", files={"another": ("a.jpg", obama_jpeg)}, data={"label": "portrait"})
    assert without_file.json()["errors"][0]["detail"]["field"] == "file"


def test_images_of_one_client_are_hidden_from_another(server: Running, obama_jpeg: bytes):
    with server.client(server.key("one")) as one, server.client(server.key("two")) as two:
        image_id = upload(one, obama_jpeg).json()["data"]["image_id"]
        answer = two.get(f"/v1/images/{image_id}")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "image_not_found_exception")


def test_two_keys_of_one_client_see_the_same_images(server: Running, obama_jpeg: bytes):
    with server.client(server.key("same")) as one, server.client(server.key("same")) as two:
        image_id = upload(one, obama_jpeg).json()["data"]["image_id"]
        assert two.get(f"/v1/images/{image_id}").content == obama_jpeg


def test_the_clients_request_id_is_echoed_and_kept(trustvision: httpx2.Client, server: Running, obama_jpeg: bytes):
    mine = f"order 17 {uuid.uuid4()}"
    answer = trustvision.post(
        "/v1/images", files={"file": ("a.jpg", obama_jpeg)}, data={"label": "portrait"}, headers={"X-Request-ID": mine}
    )
    assert answer.headers["X-Request-ID"] == mine
    store = Store(server.data)
    (record,) = store.find_requests("trustvision", "a client", mine, 10)
    store.close()
    data = answer.json()["data"]
    assert (record.id, record.operation) == (data["request_id"], "upload_image")
    assert record.inputs == [{"id": data["image_id"], "label": "portrait"}]
    assert record.answer == answer.json()
