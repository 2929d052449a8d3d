"""`localverify read-codes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from localverify.cli.output import (
    EXIT_BAD_INPUT,
    EXIT_NEGATIVE,
    EXIT_PASS,
    ConfigOption,
    JsonOption,
    complain,
    each_file,
    emit,
    quad_to_json,
)
from localverify.errors import LocalVerifyError

if TYPE_CHECKING:
    from localverify.types import Barcode


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    app.command("read-codes")(read_codes)


def read_codes(
    images: Annotated[list[str], typer.Argument(help="Pictures.")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Read every bar code and QR code of each picture."""
    from localverify.config import load_settings
    from localverify.verifier import Verifier

    status = EXIT_PASS
    with Verifier(load_settings(config)) as verifier:
        for file, codes in each_file(images, verifier.read_codes_of):
            if isinstance(codes, LocalVerifyError):
                complain(codes, file)
                status = max(status, EXIT_BAD_INPUT)
                continue
            status = max(status, EXIT_PASS if codes else EXIT_NEGATIVE)
            emit(
                {"file": file, "codes": [_to_json(code) for code in codes]},
                as_json,
                [f"{file}: {len(codes)} codes", *(f"  {code.format}: {code.text}" for code in codes)],
            )
    raise typer.Exit(status)


def _to_json(code: Barcode) -> dict[str, Any]:
    return {"text": code.text, "format": code.format, "quad": quad_to_json(code.quad)}
