"""`localverify detect-faces` and `compare-faces`."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from localverify.cli.output import (
    EXIT_BAD_INPUT,
    EXIT_NEGATIVE,
    EXIT_PASS,
    ConfigOption,
    JsonOption,
    answer_files,
    complain,
    each_file,
    emit,
)
from localverify.errors import InputError, LocalVerifyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.types import Face, FaceComparison
    from localverify.verifier import Verifier
    from localverify.verify.faces import EmbeddedFaces

RESULTS = {"pass": "matched", "unsure": "unsure", "fail": "unmatched", "not_run": "no_face"}


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    app.command("detect-faces")(detect_faces)
    app.command("compare-faces")(compare_faces)


def detect_faces(
    images: Annotated[list[str], typer.Argument(help="Pictures.")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Find the faces of each picture: box, score, turn and 68 points. Exit 1 when a picture has none."""
    from localverify.config import load_settings
    from localverify.verifier import Verifier

    with Verifier(load_settings(config)) as verifier:
        raise typer.Exit(answer_files(images, verifier.detect_faces_of, _answer_faces, as_json))


def _answer_faces(file: str, faces: tuple[Face, ...]) -> tuple[dict[str, Any], list[str], bool]:
    record = {"file": file, "faces": [_face_to_json(face) for face in faces]}
    lines = [f"{file}: {len(faces)} faces"]
    lines += [f"  {[round(value) for value in face.box]} score {face.score:.3f}" for face in faces]
    return record, lines, bool(faces)


def _face_to_json(face: Face) -> dict[str, Any]:
    points = [] if face.landmarks is None else face.landmarks.round(1).tolist()
    box = [round(value, 1) for value in face.box]
    return {"box": box, "score": round(face.score, 4), "turn": face.turn, "landmarks": points}


def compare_faces(
    images: Annotated[list[str] | None, typer.Argument(help="Two pictures.")] = None,
    pairs: Annotated[Path | None, typer.Option(help="CSV file with the columns a and b.")] = None,
    root: Annotated[Path, typer.Option(help="Folder of the pictures that --pairs names.")] = Path(),
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Tell whether two pictures show the same person: score (cosine) and matched, unsure or unmatched.

    With several faces in a picture, the most alike pair counts. Exit 1 unless every pair matches.
    """
    from localverify.config import load_settings
    from localverify.verifier import Verifier

    names = _read_pairs(pairs, root) if pairs else _two(images or [])
    with Verifier(load_settings(config)) as verifier:
        raise typer.Exit(_compare_all(verifier, names, as_json))


def _two(images: Sequence[str]) -> list[tuple[str, str, str, str]]:
    if len(images) != 2:  # noqa: PLR2004
        raise InputError("give two pictures, or --pairs FILE --root FOLDER")
    return [(images[0], images[1], images[0], images[1])]


def _read_pairs(file: Path, root: Path) -> list[tuple[str, str, str, str]]:
    """Each pair as named in the file, and as found under the root."""
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            rows = [(row["a"], row["b"]) for row in csv.DictReader(stream)]
    except (OSError, KeyError, ValueError) as error:
        raise InputError(f"{file} is not a CSV file with the columns a and b: {error}", field="pairs") from error
    return [(a, b, str(root / a), str(root / b)) for a, b in rows]


def _compare_all(verifier: Verifier, pairs: Sequence[tuple[str, str, str, str]], as_json: bool) -> int:
    """Embeds every picture once, then compares."""
    files = list(dict.fromkeys(path for pair in pairs for path in pair[2:]))
    known = dict(each_file(files, verifier.embedded_faces_of, batch=64))
    for path, found in known.items():
        if isinstance(found, LocalVerifyError):
            complain(found, path)
    status = EXIT_PASS
    for a, b, path_a, path_b in pairs:
        status = max(status, _compare_one(verifier, (a, b), (known[path_a], known[path_b]), as_json))
    return status


def _compare_one(
    verifier: Verifier,
    names: tuple[str, str],
    found: tuple[EmbeddedFaces | LocalVerifyError, EmbeddedFaces | LocalVerifyError],
    as_json: bool,
) -> int:
    first, second = found
    if isinstance(first, LocalVerifyError) or isinstance(second, LocalVerifyError):
        return EXIT_BAD_INPUT
    comparison = verifier.compare_embedded(first, second)
    record = {"a": names[0], "b": names[1], **_comparison_to_json(comparison)}
    score = "-" if record["score"] is None else f"{record['score']:.4f}"
    emit(record, as_json, [f"{names[0]}  {names[1]}  {score}  {record['result']}"])
    return EXIT_PASS if record["result"] == "matched" else EXIT_NEGATIVE


def _comparison_to_json(comparison: FaceComparison) -> dict[str, Any]:
    check = comparison.decision.checks[0]
    score = None if check.score is None else round(check.score, 6)
    return {"score": score, "result": RESULTS[check.outcome.value]}
