"""verify_nfc and check_nfc over HTTP, with synthetic Vietnamese cards whose authority the server trusts."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from localverify.documents.mrz import check_digit
from localverify.store.trust import TrustStore
from localverify.verify.trust import TrustVerb
from tests.chips_factory import (
    VIETNAMESE,
    Signing,
    SodOptions,
    make_authority,
    make_chip,
    make_com,
    make_dg1,
    make_dg2,
    make_dg13,
    make_dg14,
    make_dg15,
    portrait,
    rsa_key,
)

NOW = datetime.now(UTC).replace(microsecond=0)
VALID = {"not_before": NOW - timedelta(days=800), "not_after": NOW + timedelta(days=800)}
AUTHORITY = make_authority(country="VN", **VALID)
STRANGER = make_authority(Signing(rsa_key("stranger")), "VN", "CSCA of another", **VALID)
NUMBER = VIETNAMESE[1]


def td1(number="096012345", identity=NUMBER):
    first = f"IDVNM{number}{check_digit(number)}{identity}".ljust(30, "<")
    second = "9608122M3608127VNM".ljust(29, "<")
    composite = check_digit(first[5:30] + second[0:7] + second[8:15] + second[18:29])
    return first, second + composite, "TRAN<<VAN<THU".ljust(30, "<")


def card(authority=AUTHORITY, picture=None, numbers=(1, 2, 13, 14, 15), **options):
    """A card's files as a client sends them."""
    groups = {
        1: make_dg1(td1()),
        2: make_dg2(picture or portrait("JP2")),
        13: make_dg13(),
        14: make_dg14(),
        15: make_dg15(),
    }
    made = SodOptions(signing_time=NOW - timedelta(days=700), **options)
    chip = make_chip(groups, authority=authority, country="VN", options=made, **VALID)
    files = {"sod": chip.files.sod} | {f"dg{number}": groups[number] for number in numbers}
    return {name: base64.b64encode(data).decode() for name, data in files.items()}


@pytest.fixture(autouse=True, scope="module")
def trusted(server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("csca")
    (folder / "csca.cer").write_bytes(AUTHORITY.certificate)
    store = TrustStore(server.data / "trust")
    TrustVerb(store).add([folder / "csca.cer"])
    yield
    store.remove("csca.cer")


def verify(client, body):
    answer = client.post("/v1/verify_nfc", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_a_genuine_card_is_good_with_every_documented_field(trustvision):
    data = verify(trustvision, card() | {"clone_status": "good"})
    assert data["status"] == "success"
    assert data["nfc_verification"] == {
        "bca_status": {
            "verdict": "not_check",
            "error_code": "bca_not_available",
            "error_message": "The ministry's service cannot be asked offline",
        },
        "integrity_status": {"verdict": "good", "error_code": "", "error_message": ""},
        "clone_status": {"verdict": "good"},
        "verdict": "good",
    }
    fields = {item["field"]: item["value"] for item in data["card_information"]}
    assert (fields["id_no"], fields["full_name"], fields["birthday"]) == (NUMBER, VIETNAMESE[2], "12/08/1996")
    assert {(item["confidence_verdict"], item["confidence_score"]) for item in data["card_information"]} == {
        ("SURE", 1)
    }
    assert datetime.fromisoformat(data["server_infos"]["timestamp"]).tzinfo is not None


@pytest.mark.parametrize(("kind", "media"), [("JPEG", "image/jpeg"), ("JP2", "image/png"), ("J2K", "image/png")])
def test_the_chips_portrait_becomes_an_image_of_its_own(trustvision, kind, media):
    image = verify(trustvision, card(picture=portrait(kind)))["image"]["id"]
    downloaded = trustvision.get(f"/v1/images/{image}")
    assert (downloaded.status_code, downloaded.headers["content-type"]) == (200, media)


def test_a_card_of_which_only_the_zone_was_read_has_its_number_in_it(trustvision):
    data = verify(trustvision, card(numbers=(1,)) | {"cccd": NUMBER})
    fields = {item["field"]: item["value"] for item in data["card_information"]}
    assert fields == {
        "id_no": NUMBER,
        "full_name": "TRAN VAN THU",
        "birthday": "12/08/1996",
        "gender": "M",
        "nationality": "VNM",
        "expiry_date": "12/08/2036",
    }
    assert data["image"]["id"] == ""
    assert data["nfc_verification"]["verdict"] == "good"
    assert data["nfc_verification"]["clone_status"] == {"verdict": ""}


@pytest.mark.parametrize(
    ("body", "verdict", "code"),
    [
        (card(spoil_signature=True), "alert", "signature_invalid"),
        (card() | {"dg1": base64.b64encode(make_dg1(td1("096012346"))).decode()}, "alert", "data_group_mismatch"),
        (card() | {"sod": base64.b64encode(b"nothing").decode()}, "alert", "sod_malformed"),
        (card() | {"cccd": "001096012346"}, "alert", "id_number_mismatch"),
        (card(numbers=(2,)) | {"cccd": NUMBER}, "not_check", "id_number_unknown"),
        (card(authority=STRANGER), "not_check", "issuer_unknown"),
    ],
    ids=["signature", "group", "sod", "other number", "no number", "stranger"],
)
def test_a_card_that_is_not_good_says_why_and_is_not_remembered(server, body, verdict, code):
    with server.client(server.key(f"client of {code}")) as client:
        status = verify(client, body)["nfc_verification"]
        assert (status["verdict"], status["integrity_status"]["verdict"]) == (verdict, verdict)
        assert status["integrity_status"]["error_code"] == code
        assert status["integrity_status"]["error_message"]
        assert client.post("/v1/check_nfc", json={"id_num": NUMBER}).json()["data"]["nfc_check"] == {
            "status": "not_verified"
        }


@pytest.mark.parametrize(("clone", "verdict"), [("good", "good"), ("alert", "alert"), ("error", "not_check")])
def test_the_clients_own_clone_check_counts(trustvision, clone, verdict):
    status = verify(trustvision, card() | {"clone_status": clone})["nfc_verification"]
    assert (status["clone_status"]["verdict"], status["verdict"]) == (clone, verdict)


def test_a_verified_card_is_found_by_its_number_raw_or_hashed(server):
    body = card() | {"com": base64.b64encode(make_com({})).decode(), "cccd": NUMBER}
    with server.client(server.key("a bank")) as client:
        verify(client, body)
        expected = {
            "status": "verified",
            "hash_sod": hashlib.sha512(base64.b64decode(body["sod"])).hexdigest(),
            "input_fields": ["dg1", "dg13", "dg2", "dg14", "dg15", "com", "cccd"],
        }
        hashed = hashlib.sha256(NUMBER.encode()).hexdigest()
        for number in (NUMBER, hashed, hashed.upper()):
            assert client.post("/v1/check_nfc", json={"id_num": number}).json()["data"]["nfc_check"] == expected
        for day, status in (("01/03/2024", "verified"), ("02/03/2024", "not_verified")):
            found = client.post("/v1/check_nfc", json={"id_num": NUMBER, "issue_date": day}).json()
            assert found["data"]["nfc_check"]["status"] == status
    with server.client(server.key("another bank")) as other:
        found = other.post("/v1/check_nfc", json={"id_num": NUMBER}).json()
        assert found["data"]["nfc_check"] == {"status": "not_verified"}


def test_the_picture_of_the_card_has_to_be_there(trustvision):
    upload = {"base64": base64.b64encode(portrait()).decode(), "label": "id_card.vn.cccd_new.front"}
    image = trustvision.post("/v1/images", json=upload).json()["data"]["image_id"]
    assert verify(trustvision, card() | {"card_image_id": image})["nfc_verification"]["verdict"] == "good"
    missing = trustvision.post("/v1/verify_nfc", json=card() | {"card_image_id": "gone"})
    assert (missing.status_code, missing.json()["errors"][0]["code"]) == (404, "image_not_found_exception")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("verify_nfc", {}, "sod"),
        ("verify_nfc", {"sod": ""}, "sod"),
        ("verify_nfc", {"sod": "AAAA"}, "dg13"),
        ("verify_nfc", {"sod": "!", "cccd": NUMBER}, "sod"),
        ("verify_nfc", {"sod": "AAAA", "dg13": "?"}, "dg13"),
        ("verify_nfc", {"sod": "A" * 3_000_000, "cccd": NUMBER}, "sod"),
        ("verify_nfc", {"sod": "AAAA", "cccd": NUMBER, "clone_status": "fine"}, "clone_status"),
        ("verify_nfc", {"sod": "AAAA", "cccd": NUMBER, "force_call_bca": "perhaps"}, "force_call_bca"),
        ("check_nfc", {}, "id_num"),
        ("check_nfc", {"id_num": ""}, "id_num"),
        ("check_nfc", {"id_num": NUMBER, "issue_date": "2024-03-01"}, "issue_date"),
        ("check_nfc", {"id_num": NUMBER, "issue_date": "31/02/2024"}, "issue_date"),
    ],
)
def test_wrong_parameters_are_named(trustvision, path, body, field):
    answer = trustvision.post(f"/v1/{path}", json=body)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"], error["detail"]["field"]) == (400, "invalid_parameter_exception", field)
