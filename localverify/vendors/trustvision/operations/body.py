"""Bodies: JSON to the shape of an operation, and what is wrong with it in the caller's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from localverify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

Body = TypeVar("Body", bound=BaseModel)


def parse(shape: type[Body], body: bytes) -> Body:
    """The body as `shape`.

    Raises:
        InputError: it is not JSON, or a field is missing or wrong; the error names the first such field.
    """
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        raise problem_of(error) from error


def problem_of(error: ValidationError) -> InputError:
    """The first thing that is wrong. What the client sent is not repeated: it may be personal."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return InputError("the body is not JSON", field="body")
    field = dotted(first["loc"]) or "body"
    return InputError(f"{field}: {first['msg'].removeprefix('Value error, ')}", field=field)


def dotted(location: Sequence[int | str]) -> str:
    """A place in JSON as clients write it: ``images[0].id``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".")
