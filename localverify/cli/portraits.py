"""`localverify check-liveness`, `check-portrait` and `calibrate-liveness`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from localverify.cli.output import EXIT_PASS, ConfigOption, JsonOption, answer_files, complain, emit
from localverify.errors import InputError

if TYPE_CHECKING:
    from localverify.types import Check, Decision

PICTURE_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    app.command("check-liveness")(check_liveness)
    app.command("check-portrait")(check_portrait)
    app.command("calibrate-liveness")(calibrate_liveness)


def check_liveness(
    images: Annotated[list[str], typer.Argument(help="Pictures, each judged by itself.")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Tell a live face from a picture of one. Exit 1 when a picture is not live or has no face."""
    from localverify.config import load_settings
    from localverify.verifier import Verifier

    with Verifier(load_settings(config)) as verifier:
        raise typer.Exit(answer_files(images, verifier.check_liveness_of, _answer_liveness, as_json))


def _answer_liveness(file: str, decision: Decision) -> tuple[dict[str, Any], list[str], bool]:
    verdict = decision.checks[0]
    is_live = verdict.outcome.value == "pass"
    record = {
        "file": file,
        "is_live": is_live,
        "score": None if verdict.score is None else round(verdict.score, 4),
        "checks": [_check_to_json(check) for check in decision.checks],
    }
    word = "live" if is_live else verdict.reason
    return record, [f"{file}: {word} (score {record['score']})"], is_live


def _check_to_json(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "outcome": check.outcome.value,
        "score": None if check.score is None else round(check.score, 4),
        "threshold": check.threshold,
        "reason": check.reason,
        "model": check.model,
    }


def check_portrait(
    images: Annotated[list[str], typer.Argument(help="Pictures.")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Tell whether a picture is a usable portrait, or its first problem. Exit 1 when one is not good."""
    from localverify.config import load_settings
    from localverify.verifier import Verifier

    with Verifier(load_settings(config)) as verifier:
        raise typer.Exit(answer_files(images, verifier.check_portrait_of, _answer_portrait, as_json))


def _answer_portrait(file: str, decision: Decision) -> tuple[dict[str, Any], list[str], bool]:
    from localverify.verify.portraits import GOOD, portrait_verdict

    verdict, score = portrait_verdict(decision)
    record = {
        "file": file,
        "verdict": verdict,
        "score": round(score, 4),
        "checks": [_check_to_json(check) for check in decision.checks],
    }
    return record, [f"{file}: {verdict} ({score:.2f})"], verdict == GOOD


def calibrate_liveness(
    folder: Annotated[Path, typer.Argument(help="Pictures of live people, taken with the camera to calibrate.")],
    out: Annotated[Path, typer.Option(help="File to write.")] = Path("liveness-calibration.json"),
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Fit the liveness cues to a camera from live pictures alone, and say what to expect of the result.

    Then set liveness.calibration to the file. Forty pictures of different people are enough; ten are the least.
    """
    from localverify.config import load_settings
    from localverify.verifier import Verifier

    files = sorted(path for path in folder.glob("*") if path.suffix.lower() in PICTURE_SUFFIXES)
    if not files:
        raise InputError(f"no pictures in {folder}", field="folder")
    with Verifier(load_settings(config)) as verifier:
        report, errors = verifier.calibrate_liveness(files)
    for file, error in errors:
        complain(error, file)
    report.calibration.save(out)
    record = {
        "file": str(out),
        "pictures": report.calibration.pictures,
        "left_out": len(errors),
        "expected_false_rejects": round(report.false_rejects, 4),
        "expected_acer": report.expected_acer,
    }
    lines = [
        f"{out}: fitted on {record['pictures']} live faces, {record['left_out']} pictures left out",
        f"expected false rejects (held-out fifths): {report.false_rejects:.1%}",
        f"expected ACER, from replay-attack stills of one camera: {report.expected_acer}",
    ]
    emit(record, as_json, lines)
    raise typer.Exit(EXIT_PASS)
