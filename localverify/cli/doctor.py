"""`localverify doctor`: what this installation can do, and what each missing thing needs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import typer

from localverify.cli.output import EXIT_NEGATIVE, EXIT_PASS, ConfigOption, JsonOption, emit
from localverify.errors import LocalVerifyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localverify.engine.registry import Toolbox
    from localverify.engine.weights import Weights


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("doctor")(doctor)


def doctor(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Print device, threads, weights and back ends, and what each missing one needs. Exit 1 when a chosen one fails."""
    from localverify.config import load_settings
    from localverify.engine.registry import Toolbox

    status = EXIT_PASS
    toolbox = Toolbox(load_settings(config))
    for record in _examine(toolbox):
        if record["chosen"] and not record["ok"]:
            status = EXIT_NEGATIVE
        mark = "ok" if record["ok"] else "missing"
        chosen = " (chosen)" if record["chosen"] and record["what"] == "back end" else ""
        emit(record, as_json, [f"{record['what']:9} {record['name']:28} {mark}{chosen}  {record['detail']}"])
    toolbox.close()
    raise typer.Exit(status)


def _examine(toolbox: Toolbox) -> Iterator[dict[str, Any]]:
    from localverify.engine.runtime import onnxruntime_version

    yield _record("runtime", toolbox.runtime.device, onnxruntime_version)
    yield _record("threads", str(toolbox.runtime.threads), lambda: "nets that run at once, one thread each")
    for entry in toolbox.runtime.weights.entries():
        yield _record("weights", entry.name, partial(_verify, entry))
    stages = toolbox.settings.stages
    for kind in toolbox.registry.kinds():
        for name in toolbox.registry.names(kind):
            chosen = name == getattr(stages, kind, None)
            yield _record("back end", f"{kind}.{name}", partial(_build, toolbox, kind, name), chosen=chosen)


def _verify(entry: Weights) -> str:
    return f"{len(entry.verified_bytes())} bytes, {entry.licence}"


def _build(toolbox: Toolbox, kind: str, name: str) -> str:
    toolbox.stage(kind, name)
    return ""


def _record(what: str, name: str, examine: Callable[[], str], *, chosen: bool = True) -> dict[str, Any]:
    """One line: runs `examine`, whose error says what is missing."""
    try:
        detail, ok = examine(), True
    except LocalVerifyError as error:
        detail, ok = str(error), False
    return {"what": what, "name": name, "ok": ok, "chosen": chosen, "detail": detail}
