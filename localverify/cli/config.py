"""`localverify config init` and `config show`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from localverify.cli.output import ConfigOption, JsonOption, emit
from localverify.errors import Conflict


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    group = typer.Typer(help="Settings: write a file with every one explained, or show what holds now.")
    group.command("init")(init)
    group.command("show")(show)
    app.add_typer(group, name="config")


def init(file: Annotated[Path, typer.Argument(help="File to write.")] = Path("localverify.toml")) -> None:
    """Write a settings file: every setting with its default and what it is for. Never overwrites."""
    from localverify.config import Settings, describe

    if file.exists():
        raise Conflict(f"{file} is there already")
    lines: list[str] = ["# Settings of localverify. Remove the # before a line to change its value."]
    section = ""
    for path, value, _, text in describe(Settings()):
        head, _, name = path.rpartition(".")
        if head != section:
            section = head
            lines += ["", f"[{section}]"]
        lines += [f"# {text}", f"# {name} = {_to_toml(value)}"]
    lines += ["", "# One table a vendor: [vendors.trustvision] with enabled, requests_per_minute, retention_days."]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    emit({"file": str(file)}, False, [f"wrote {file}"])


def show(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Show every setting: its value, where the value came from, and what it is for."""
    from localverify.config import describe, load_settings

    for path, value, origin, text in describe(load_settings(config)):
        record: dict[str, Any] = {"setting": path, "value": value, "origin": origin, "description": text}
        emit(record, as_json, [f"{path} = {_to_toml(value)}  ({origin})", f"    {text}"])


def _to_toml(value: object) -> str:
    """Strings, numbers and booleans are written alike in TOML and JSON; TOML has no null."""
    return '"" (unset)' if value is None else json.dumps(value)
