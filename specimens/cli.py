"""The command: writes a JPEG and a JSON file for each scene."""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import cv2

from localverify.errors import LocalVerifyError
from specimens.camera import photograph
from specimens.fonts import missing_packages
from specimens.layout import document_types, sides
from specimens.options import Damage, Effect, PhotoOptions, Quality, Recapture, Split, Tampering
from specimens.render import render
from specimens.seeds import pick, stream
from specimens.truth import to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHUNK = 8  # scenes handed to a process at once


@dataclass(frozen=True, slots=True)
class Job:
    """What every scene of one run has in common.

    Attributes:
        out: folder for the files.
        labels: (type, side) to choose from; empty takes pictures without a document.
        split: which sets are used.
        options: of the camera.
        cards: documents in each scene.
        tampering: done to each document.
        damage: done to each document.
        recapture: shown instead of the document.
        flat: writes the document alone, as PNG, instead of a scene.
    """

    out: Path
    labels: tuple[tuple[str, str], ...]
    split: Split
    options: PhotoOptions
    cards: int
    tampering: tuple[Tampering, ...]
    damage: tuple[Damage, ...]
    recapture: Recapture | None
    flat: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; 0 when everything was written, 2 when it was asked for something impossible."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.list:
        print("\n".join(f"{kind}.{side}" for kind in document_types() for side in sides(kind)))
        return 0
    if given.out is None:
        parser.error("where to? give a folder")
    try:
        job = _job(given)
    except ValueError as error:
        parser.error(str(error))
    absent = missing_packages()
    if absent:
        print(f"fonts are missing, so others stand in: apt-get install {' '.join(absent)}", file=sys.stderr)
    given.out.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    try:
        _run(job, range(given.seed, given.seed + given.count), given.jobs)
    except LocalVerifyError as error:
        print(f"specimens: {error}", file=sys.stderr)
        return 2
    seconds = time.perf_counter() - started
    print(f"{given.count} scenes in {seconds:.1f} s: {given.count / seconds:.1f} a second")
    return 0


def write_scene(job: Job, seed: int) -> None:
    """Renders and writes the scene of one seed: SEED.jpg and SEED.json."""
    rng = stream(seed, "choice", job.split)
    chosen = [pick(rng, job.labels) for _ in range(job.cards)] if job.labels else []
    done = partial(render, split=job.split, tampering=job.tampering, damage=job.damage, recapture=job.recapture)
    specimens = [done(kind, side, seed * 10 + place) for place, (kind, side) in enumerate(chosen)]
    stem = job.out / f"{seed:08d}"
    if job.flat:
        for place, specimen in enumerate(specimens):
            path = stem.with_name(f"{stem.name}-{place}.png")
            cv2.imwrite(str(path), cv2.cvtColor(specimen.pixels, cv2.COLOR_RGB2BGR))
            path.with_suffix(".json").write_text(json.dumps(to_json(specimen.truth), ensure_ascii=False))
        return
    scene = photograph(specimens, seed, job.split, job.options)
    stem.with_suffix(".jpg").write_bytes(scene.jpeg)
    stem.with_suffix(".json").write_text(json.dumps(to_json(scene.truth), ensure_ascii=False))


def _run(job: Job, seeds: range, jobs: int) -> None:
    work = partial(write_scene, job)
    if jobs == 1:
        for seed in seeds:
            work(seed)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        for _ in pool.map(work, seeds, chunksize=_CHUNK):
            pass


def _job(given: argparse.Namespace) -> Job:
    every = {f"{kind}.{side}": (kind, side) for kind in document_types() for side in sides(kind)}
    asked = given.types.split(",") if given.types else list(every)
    labels = [label for name in asked for label in every if label == name or label.startswith(f"{name}.")]
    if not labels:
        raise ValueError(f"no document is called {given.types}; --list shows all")
    width, _, height = given.size.partition("x")
    if not (width.isdigit() and height.isdigit() and min(int(width), int(height)) >= 64):  # noqa: PLR2004 - pixels
        raise ValueError(f"--size {given.size}: WIDTHxHEIGHT, at least 64 x 64")
    options = PhotoOptions(
        width=int(width), height=int(height), quality=Quality(given.quality),
        turn=None if given.turn == "any" else int(given.turn), effects=frozenset(Effect(e) for e in given.effect),
        only=given.only,
    )  # fmt: skip
    return Job(
        given.out, () if given.empty else tuple(every[label] for label in labels), Split(given.split), options,
        given.cards, tuple(Tampering(t) for t in given.tampering), tuple(Damage(d) for d in given.damage),
        Recapture(given.recapture) if given.recapture else None, given.flat,
    )  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="specimens", description=__doc__)
    parser.add_argument("out", type=Path, nargs="?", help="folder for the files")
    parser.add_argument("--list", action="store_true", help="show every type and side, and stop")
    parser.add_argument(
        "--types", default="", help="types or labels, with commas: vn.cccd_new,us.dl.back (default: all)"
    )
    parser.add_argument("--count", type=int, default=10, help="scenes to make")
    parser.add_argument("--seed", type=int, default=0, help="of the first scene; the next have the next numbers")
    parser.add_argument("--split", choices=list(Split), default=Split.TRAIN)
    parser.add_argument("--quality", choices=list(Quality), default=Quality.PHONE)
    parser.add_argument("--size", default="1280x960", help="of the pictures (default: %(default)s)")
    parser.add_argument("--turn", choices=["0", "90", "180", "270", "any"], default="0", help="degrees clockwise")
    parser.add_argument("--cards", type=int, choices=[1, 2, 3], default=1, help="documents in each scene")
    parser.add_argument("--empty", action="store_true", help="no document in any scene")
    parser.add_argument("--effect", choices=list(Effect), action="append", default=[])
    parser.add_argument("--only", action="store_true", help="nothing but the effects asked for")
    parser.add_argument("--damage", choices=list(Damage), action="append", default=[])
    parser.add_argument("--tampering", choices=list(Tampering), action="append", default=[])
    parser.add_argument("--recapture", choices=list(Recapture))
    parser.add_argument("--flat", action="store_true", help="the documents alone, as PNG")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: %(default)s)")
    return parser
