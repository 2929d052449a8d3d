"""`localverify weights list | verify | import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from localverify.cli.output import EXIT_NEGATIVE, EXIT_PASS, ConfigOption, JsonOption, emit
from localverify.errors import InputError, NotReady

if TYPE_CHECKING:
    from localverify.engine.weights import WeightStore


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    group = typer.Typer(help="The nets: where each comes from, whether each file is intact, your own ones.")
    group.command("list")(list_weights)
    group.command("verify")(verify)
    group.command("import")(import_file)
    app.add_typer(group, name="weights")


def _store(config: Path | None) -> WeightStore:
    from localverify.config import load_settings
    from localverify.engine.weights import WeightStore

    return WeightStore.with_user_folder(load_settings(config).engine.weights)


def list_weights(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """List every net: licence, source, size, input and thresholds with their evidence."""
    for entry in _store(config).entries():
        record = {
            "name": entry.name,
            "file": str(entry.path),
            "bytes": entry.size,
            "sha256": entry.sha256,
            "licence": entry.licence,
            "source": entry.source,
            "input": entry.input,
            "output": entry.output,
            "thresholds": {n: {"value": t.value, "evidence": t.evidence} for n, t in entry.thresholds.items()},
        }
        lines = [f"{entry.name}  {entry.size / 1e6:.1f} MB  {entry.licence}", f"    {entry.source}"]
        lines += [f"    {name} = {t.value:g}: {t.evidence}" for name, t in entry.thresholds.items()]
        emit(record, as_json, lines)


def verify(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Check every file against its sha256. Exit 1 when one is missing or differs."""
    status = EXIT_PASS
    for entry in _store(config).entries():
        try:
            entry.verified_bytes()
            problem = ""
        except NotReady as error:
            problem = str(error)
            status = EXIT_NEGATIVE
        emit({"name": entry.name, "ok": not problem, "problem": problem}, as_json, [f"{entry.name}: {problem or 'ok'}"])
    raise typer.Exit(status)


def import_file(
    file: Annotated[Path, typer.Argument(help="An ONNX file.")],
    name: Annotated[str, typer.Option(help="What stages ask for; a shipped net's name replaces that net.")],
    licence: Annotated[str, typer.Option(help="The licence under which you hold it.")],
    source: Annotated[str, typer.Option(help="Where it comes from.")],
    config: ConfigOption = None,
) -> None:
    """Copy your own net into the folder of the setting engine.weights and add it to the manifest there."""
    from localverify.config import load_settings
    from localverify.engine.weights import import_weights

    folder = load_settings(config).engine.weights
    if not folder:
        raise InputError("set engine.weights to a folder of yours first", field="engine.weights")
    entry = import_weights(Path(folder), file, name, licence, source)
    emit({"name": entry.name, "file": str(entry.path)}, False, [f"{entry.name}: {entry.path}"])
