"""Walking tag-length-value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localverify.documents.lds.tlv import find, leaves, read_tlv, unwrap, walk
from localverify.errors import InputError
from tests.chips_factory import wrap


@given(st.sampled_from([0x02, 0x30, 0x61, 0x5F1F, 0x7F61, 0x7F8101]), st.binary(max_size=70_000))
def test_what_was_wrapped_is_read_again(tag, value):
    found = read_tlv(wrap(tag, value))
    assert (found.tag, found.value, found.end) == (tag, value, len(wrap(tag, value)))


def test_padding_between_objects_is_passed_over():
    assert [item.value for item in walk(b"\x00" + wrap(2, b"a") + b"\xff\xff\x00" + wrap(4, b"b"))] == [b"a", b"b"]


def test_the_primitive_objects_are_found_however_deep():
    data = wrap(0x30, wrap(0x30, wrap(2, b"\x01")) + wrap(0x0C, b"text"))
    assert [item.value for item in leaves(data)] == [b"\x01", b"text"]
    assert find(data, 0x30) is not None
    assert find(data, 0x31) is None


def test_deep_nesting_is_refused():
    data = b""
    for _ in range(20):
        data = wrap(0x30, data)
    with pytest.raises(InputError, match="deeply"):
        list(leaves(data))


@pytest.mark.parametrize(
    "data",
    [b"", b"\x61", b"\x61\x05abc", b"\x61\x80\x00\x00", b"\x61\x85\x01\x01\x01\x01\x01", b"\x7f\x81\x82\x83\x04"],
)
def test_what_is_cut_off_indefinite_or_too_long_is_refused(data):
    with pytest.raises(InputError) as caught:
        read_tlv(data)
    assert caught.value.reason == "malformed"


def test_a_file_has_to_begin_with_its_own_tag():
    with pytest.raises(InputError, match="DG1 begins with the tag 75, not 61"):
        unwrap(wrap(0x75, b""), 0x61, "DG1")


@given(st.binary(max_size=200))
def test_any_bytes_are_walked_or_refused(data):
    try:
        assert all(item.end <= len(data) for item in walk(data))
    except InputError as error:
        assert error.reason == "malformed"


def test_more_objects_than_any_file_has_are_refused():
    with pytest.raises(InputError, match="more than 256 objects"):
        list(walk(wrap(2, b"1") * 257))
    with pytest.raises(InputError, match="too many"):
        leaves(wrap(0x30, wrap(2, b"1") * 200) * 200)
