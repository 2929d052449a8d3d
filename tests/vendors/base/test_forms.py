"""multipart/form-data in memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localverify.errors import InputError
from localverify.vendors.base.forms import MAX_PARTS, parse_form

KIND = "multipart/form-data; boundary=limit"


def form(*parts: tuple[str, bytes], end: bytes = b"--limit--\r\n") -> bytes:
    head = b'--limit\r\nContent-Disposition: form-data; name="%s"; filename="a.jpg"\r\nContent-Type: IMAGE/jpeg\r\n\r\n'
    lines = [head % name.encode() + data + b"\r\n" for name, data in parts]
    return b"".join(lines) + end


def test_a_part_has_name_file_name_type_and_data():
    (part,) = parse_form(KIND, form(("file", b"\xff\xd8\x00\r\n--limi")))
    assert (part.name, part.filename, part.content_type) == ("file", "a.jpg", "image/jpeg")
    assert part.data == b"\xff\xd8\x00\r\n--limi"


def test_a_plain_value_has_no_file_name():
    body = b'--limit\r\nContent-Disposition: form-data; name="label"\r\n\r\nportrait\r\n--limit--\r\n'
    (part,) = parse_form(KIND, body)
    assert (part.filename, part.text) == (None, "portrait")


def test_a_quoted_boundary_is_read():
    assert parse_form('multipart/form-data; boundary="limit"', form(("a", b"1")))[0].data == b"1"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.binary(max_size=300)), min_size=1, max_size=5))
def test_what_is_sent_is_what_is_read(parts: list[tuple[str, bytes]]):
    if any(b"\r\n--limit" in b"\r\n" + data for _, data in parts):
        return
    assert [(part.name, part.data) for part in parse_form(KIND, form(*parts))] == parts


@pytest.mark.parametrize(
    "kind, body",
    [
        ("application/json", form(("a", b"1"))),
        ("multipart/form-data", form(("a", b"1"))),
        (KIND, b""),
        (KIND, b"not a form"),
        (KIND, form(("a", b"1"), end=b"")),
        (KIND, form(*[("a", b"")] * (MAX_PARTS + 1))),
    ],
    ids=["not a form", "no boundary", "empty", "text", "cut short", "too many parts"],
)
def test_what_is_no_form_is_refused(kind: str, body: bytes):
    with pytest.raises(InputError):
        parse_form(kind, body)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(noise: bytes):
    try:
        parse_form(KIND, form(("a", b"1"))[:60] + noise)
    except InputError:
        return


def test_text_that_is_not_utf8_is_refused():
    (part,) = parse_form(KIND, form(("label", b"\xff\xfe")))
    with pytest.raises(InputError, match="UTF-8"):
        _ = part.text
