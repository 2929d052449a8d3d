"""`localverify serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from localverify.cli.output import EXIT_BAD_INPUT, ConfigOption, DataOption, JsonOption, emit

if TYPE_CHECKING:
    from localverify.config import Settings


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    app.command("serve")(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="Address; else the setting server.host.")] = None,
    port: Annotated[int | None, typer.Option(help="Port, 0 for any free one; else server.port.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Answer the vendors' APIs over HTTP until told to stop (SIGTERM or Ctrl-C)."""
    from localverify.config import load_settings
    from localverify.server.run import run

    def announce(url: str) -> None:
        if as_json:
            emit({"url": url}, as_json, ())
        typer.echo(f"localverify listens on {url}", err=True)

    settings = _with_given(load_settings(config), {"host": host, "port": port, "data": data})
    if not run(settings, announce):
        raise typer.Exit(EXIT_BAD_INPUT)


def _with_given(settings: Settings, given: dict[str, str | int | None]) -> Settings:
    """The settings with what the command line gives in place of their server section's values.

    Raises:
        InputError: a value is out of range.
    """
    from pydantic import ValidationError

    from localverify.errors import InputError

    values = {name: value for name, value in given.items() if value is not None}
    try:
        section = type(settings.server).model_validate(settings.server.model_dump() | values)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"--{first['loc'][0]}: {first['msg']}", field=str(first["loc"][0])) from error
    return settings.model_copy(update={"server": section})
