"""`localverify read-codes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from localverify.cli.output import ConfigOption, JsonOption, answer_files, quad_to_json

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
    """Read every bar code and QR code of each picture. Exit 1 when a picture has none."""
    from localverify.config import load_settings
    from localverify.verifier import Verifier

    with Verifier(load_settings(config)) as verifier:
        raise typer.Exit(answer_files(images, verifier.read_codes_of, _answer, as_json))


def _answer(file: str, codes: tuple[Barcode, ...]) -> tuple[dict[str, Any], list[str], bool]:
    record = {"file": file, "codes": [_to_json(code) for code in codes]}
    lines = [f"{file}: {len(codes)} codes", *(f"  {code.format}: {code.text}" for code in codes)]
    return record, lines, bool(codes)


def _to_json(code: Barcode) -> dict[str, Any]:
    return {"text": code.text, "format": code.format, "quad": quad_to_json(code.quad)}
