"""`localverify read-mrz`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from localverify.cli.output import ConfigOption, JsonOption, answer_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from localverify.types import MrzReading
    from localverify.verifier import Verifier

HtmlOption = Annotated[Path | None, typer.Option("--html", help="Page to write: each picture, its zone, the reading.")]


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    app.command("read-mrz")(read_mrz)


def read_mrz(
    images: Annotated[list[str], typer.Argument(help="Pictures.")],
    as_json: JsonOption = False,
    html: HtmlOption = None,
    config: ConfigOption = None,
) -> None:
    """Read the machine-readable zone of each picture, however it is turned. Exit 1 when a picture has none."""
    from localverify.config import load_settings
    from localverify.verifier import Verifier

    with Verifier(load_settings(config)) as verifier:
        present, sections = _presenter(verifier, keep=html is not None)
        status = answer_files(images, verifier.read_mrz_of, present, as_json)
    if html is not None:
        from localverify.cli.pages import write_page

        write_page(html, "Machine-readable zones", sections)
    raise typer.Exit(status)


def _presenter(
    verifier: Verifier, *, keep: bool
) -> tuple[Callable[[str, MrzReading | None], tuple[dict[str, Any], list[str], bool]], list[str]]:
    """What `answer_files` asks for, and the sections of the page that it fills where they are wanted."""
    sections: list[str] = []

    def present(file: str, reading: MrzReading | None) -> tuple[dict[str, Any], list[str], bool]:
        if keep:
            from localverify.cli.pages import mrz_section

            sections.append(mrz_section(file, verifier.load(file), reading))
        return _answer(file, reading)

    return present, sections


def _answer(file: str, reading: MrzReading | None) -> tuple[dict[str, Any], list[str], bool]:
    if reading is None:
        empty: dict[str, Any] = {
            "file": file,
            "lines": None,
            "format": None,
            "valid": False,
            "repaired": False,
            "fields": {},
        }
        return empty, [f"{file}: no machine-readable zone"], False
    record = {
        "file": file,
        "lines": list(reading.lines),
        "format": reading.format,
        "valid": reading.valid,
        "repaired": reading.repaired,
        "fields": dict(reading.fields),
    }
    words = [reading.format, "valid" if reading.valid else "not valid"]
    words += ["repaired"] * reading.repaired + ["mirrored"] * reading.zone.mirrored
    lines = [f"{file}: {', '.join(words)}", *(f"  {line}" for line in reading.lines)]
    lines += [f"  {name}: {value}" for name, value in reading.fields.items()]
    return record, lines, True
