"""The `localverify` command: puts the groups together."""

from __future__ import annotations

import sys

import typer

from localverify.cli import chips, codes, config, data, doctor, documents, faces, keys, portraits, server, weights
from localverify.cli.output import EXIT_BAD_INPUT, complain
from localverify.errors import LocalVerifyError

app = typer.Typer(
    name="localverify",
    help="Local-first verification of documents, faces and codes. Nothing leaves this machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # the coloured help imports a Markdown parser: half a second more
    add_completion=False,
)
for group in (codes, documents, chips, faces, portraits, server, keys, data, config, weights, doctor):
    group.register(app)


def main() -> None:
    """Runs the command; an error of the caller's ends with one line on stderr and exit status 2."""
    try:
        app()
    except LocalVerifyError as error:
        complain(error)
        sys.exit(EXIT_BAD_INPUT)
