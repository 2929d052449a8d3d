"""What every command prints, and how it ends.

With ``--json`` each answer is one JSON object a line on stdout and nothing else is; progress and complaints
go to stderr. Exit status: 0 pass, 1 a negative verdict, 2 bad input or usage (the worst of all files counts).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from localverify.errors import LocalVerifyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from localverify.types import Quad

EXIT_PASS = 0
EXIT_NEGATIVE = 1
EXIT_BAD_INPUT = 2

Item = TypeVar("Item")

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout, nothing else.")]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Settings file; else LOCALVERIFY_CONFIG or ./localverify.toml.")
]
DataOption = Annotated[str | None, typer.Option("--data", help="Data folder; else the setting server.data.")]


def complain(error: Exception, file: str = "") -> None:
    """One line on stderr, led by the file that it is about."""
    reason = f" [{error.reason}]" if isinstance(error, LocalVerifyError) else ""
    sys.stderr.write(f"{file + ': ' if file else 'localverify: '}{error}{reason}\n")


def emit(record: dict[str, Any], as_json: bool, lines: Iterable[str]) -> None:
    """Prints one answer: the record as JSON, or the lines for a person."""
    if as_json:
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


def each_file(
    files: Sequence[str], work: Callable[[Sequence[str]], Sequence[Item | LocalVerifyError]], batch: int = 16
) -> Iterator[tuple[str, Item | LocalVerifyError]]:
    """Runs `work` over the files in batches with a progress bar on stderr when it is a terminal.

    Args:
        files: paths as the user gave them.
        work: answers each file of a batch, with the error in the place of an answer that failed.
        batch: files a call.
    """
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, disable=len(files) <= batch or not console.is_terminal, transient=True) as bar:
        task = bar.add_task("pictures", total=len(files))
        for start in range(0, len(files), batch):
            part = files[start : start + batch]
            yield from zip(part, work(part), strict=True)
            bar.advance(task, len(part))


def answer_files(
    files: Sequence[str],
    work: Callable[[Sequence[str]], Sequence[Item | LocalVerifyError]],
    present: Callable[[str, Item], tuple[dict[str, Any], list[str], bool]],
    as_json: bool,
) -> int:
    """Answers each file as soon as its batch is done; one bad file is complained of and the rest goes on.

    Args:
        files: paths as the user gave them.
        work: answers each file of a batch, with the error in the place of an answer that failed.
        present: a file and its answer as the JSON record, the lines for a person, and whether it passes.
        as_json: print the records.

    Returns:
        The exit status: the worst of all files.
    """
    status = EXIT_PASS
    for file, answer in each_file(files, work):
        if isinstance(answer, LocalVerifyError):
            complain(answer, file)
            status = max(status, EXIT_BAD_INPUT)
            continue
        record, lines, passes = present(file, answer)
        emit(record, as_json, lines)
        status = max(status, EXIT_PASS if passes else EXIT_NEGATIVE)
    return status


def quad_to_json(quad: Quad) -> list[list[float]]:
    """A quad as four [x, y] pairs, to a tenth of a pixel."""
    return [[round(x, 1), round(y, 1)] for x, y in quad]
