"""Real answers against the documents' examples: every field there, of the documented type, and no other."""

from __future__ import annotations

import base64
import json
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx2

CONTRACTS = Path(__file__).parents[2] / "contracts" / "trustvision"


def fields(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Each place in JSON with the name of its type; all items of a list share one place."""
    if isinstance(value, dict):
        yield place, "object"
        for name, inner in value.items():
            yield from fields(inner, f"{place}.{name}".removeprefix("."))
    elif isinstance(value, list):
        yield place, "list"
        for inner in value:
            yield from fields(inner, f"{place}[]")
    else:
        yield place, "number" if type(value) in {int, float} else type(value).__name__


def inside(place: str, places: list[str]) -> bool:
    return any(place == other or place.startswith((f"{other}.", f"{other}[")) for other in places)


def assert_keeps(contract: str, answer: object) -> None:
    golden = json.loads((CONTRACTS / f"{contract}.json").read_text())
    assert golden["source"] in {"docs", "sdk", "recorded"}
    documented, found = dict(fields(golden["answer"])), dict(fields(answer))
    missing = {place for place in documented if place not in found and not inside(place, golden["optional"])}
    added = {place for place in found if place not in documented and not inside(place, golden["undocumented"])}
    changed = {place for place in documented.keys() & found.keys() if documented[place] != found[place]}
    assert (missing, added, changed) == (set(), set(), set())


def inline(data: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(data).decode(), "label": "portrait"}


def test_upload_image(trustvision: httpx2.Client, obama_jpeg: bytes):
    answer = trustvision.post("/v1/images", json=inline(obama_jpeg)).json()
    assert_keeps("upload_image", answer)


def test_detect_faces(trustvision: httpx2.Client, obama_jpeg: bytes):
    body = {"image": inline(obama_jpeg), "return_embedding": True}
    answer = trustvision.post("/v1/detect_faces_sync", json=body).json()
    assert_keeps("detect_faces", answer)
    (face,) = answer["data"]["image"]["faces"]
    assert sum(value * value for value in face["embedding"]) == pytest.approx(1.0, abs=1e-4)


def test_compare_faces(trustvision: httpx2.Client, obama_jpeg: bytes, obama2_jpeg: bytes):
    uploaded = trustvision.post("/v1/images", json=inline(obama_jpeg)).json()["data"]["image_id"]
    body = {"image1": {"id": uploaded}, "image2": inline(obama2_jpeg), "type": "2"}
    answer = trustvision.post("/v1/compare_faces_sync", json=body).json()
    assert_keeps("compare_faces", answer)
    assert answer["data"]["image1"]["id"] == uploaded
    assert [pair["result"] for pair in answer["data"]["compare_faces"]] == ["matched"]


def test_two_men_do_not_match(trustvision: httpx2.Client, obama_jpeg: bytes, biden_jpeg: bytes):
    body = {"image1": inline(obama_jpeg), "image2": inline(biden_jpeg)}
    answer = trustvision.post("/v1/compare_faces_sync", json=body).json()
    assert [pair["result"] for pair in answer["data"]["compare_faces"]] == ["unmatched"]


def test_verify_face_liveness(trustvision: httpx2.Client, obama_jpeg: bytes, obama2_jpeg: bytes):
    body = {"images": [inline(obama_jpeg), inline(obama2_jpeg)], "gesture_images": [], "selfie_type": "passive"}
    answer = trustvision.post("/v1/verify_face_liveness_sync", json=body).json()
    assert_keeps("verify_face_liveness", answer)
    assert answer["data"]["main_image_id"] in [image["id"] for image in answer["data"]["images"]]


def test_verify_portrait_sanity(trustvision: httpx2.Client, obama_jpeg: bytes):
    answer = trustvision.post("/v1/verify_portrait_sanity_sync", json={"image": inline(obama_jpeg)}).json()
    assert_keeps("verify_portrait_sanity", answer)
    assert answer["data"]["portrait_sanity"]["verdict"] == "good"


def test_errors(trustvision: httpx2.Client):
    answer = trustvision.post("/v1/detect_faces_sync", json={"image": {"id": str(uuid.uuid4())}}).json()
    assert_keeps("error", answer)


def test_an_inline_picture_can_be_downloaded_by_the_id_in_the_answer(trustvision: httpx2.Client, obama_jpeg: bytes):
    answer = trustvision.post("/v1/detect_faces_sync", json={"image": inline(obama_jpeg)}).json()
    assert trustvision.get(f"/v1/images/{answer['data']['image']['id']}").content == obama_jpeg
