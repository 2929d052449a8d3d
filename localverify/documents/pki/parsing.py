"""The boundary behind which asn1crypto reads bytes that anybody may have made."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from localverify.documents.lds.tlv import malformed

if TYPE_CHECKING:
    from collections.abc import Iterator

# What asn1crypto and the standard library throw over mutated certificates and signed data, as found by
# mutation: values are parsed on first access, so any attribute may throw any of these.
_PARSE_ERRORS = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    NotImplementedError,
)


@contextmanager
def parsing(what: str) -> Iterator[None]:
    """Turns whatever a parser throws into one error.

    Args:
        what: names the structure in the message.

    Raises:
        InputError: with reason ``malformed``.
    """
    try:
        yield
    except _PARSE_ERRORS as error:
        raise malformed(f"{what} cannot be read: {type(error).__name__}") from error
