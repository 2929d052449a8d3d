#!/usr/bin/env python
"""Speed without a server: comparing two portraits, faces a second from a folder, each step, starting the command.

    python -m benchmarks.speed --portraits examples/portraits [--folder FOLDER]

The server's figures are in benchmarks.serving. A run where face_recognition is installed measures it as a peer on
the same two portraits, as a ratio.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.common import add_engine_arguments, engine_settings, percentiles, table, write_result
from localverify.types import FaceInImage, Region
from localverify.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def main() -> None:
    """Prints the table and writes the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portraits", type=Path, default=Path("examples/portraits"))
    parser.add_argument("--folder", type=Path, help="pictures with faces, to be found, aligned and embedded")
    parser.add_argument("--runs", type=int, default=30)
    add_engine_arguments(parser)
    arguments = parser.parse_args()
    with Verifier(engine_settings(arguments)) as verifier:
        verifier.warm_up()
        rows = [timed(name, work, arguments.runs) for name, work in steps(verifier, arguments.portraits)]
        faces = faces_a_second(verifier, arguments.folder) if arguments.folder else None
    rows.append(timed("localverify --help", start_command, 10))
    print(table(rows))
    if faces is not None:
        print(f"\nfaces found, aligned and embedded from a folder: {faces:.1f} a second")
    print(f"\nwritten to {write_result('speed', {'ms': rows, 'faces_per_s': faces})}")


def steps(verifier: Verifier, folder: Path) -> Iterator[tuple[str, Callable[[], Any]]]:
    """What is timed: whole calls from files, then single steps on a decoded picture."""
    first, second = folder / "obama.jpg", folder / "biden.jpg"
    yield "compare two portraits", lambda: verifier.compare_faces(first, second)
    yield from peer(first, second)
    yield "check liveness", lambda: verifier.check_liveness([first])
    yield "check portrait", lambda: verifier.check_portrait(first)
    yield "read codes (there is none)", lambda: verifier.read_codes(first)
    yield "decode", lambda: verifier.load(first)
    image = verifier.load(first)
    face = FaceInImage(image, verifier.detect_faces(image)[0])
    stage = verifier.toolbox.stage
    yield "find", lambda: stage("face_finder").run([image])
    yield "68 points", lambda: stage("face_landmarks").run([face])
    yield "embed", lambda: stage("face_embedder").run([face])
    yield "liveness", lambda: stage("liveness").run([face])
    yield "eyes", lambda: stage("face_eyes").run([face])
    yield "pose", lambda: stage("face_pose").run([face])
    yield "age and sex", lambda: stage("face_demographics").run([face])
    yield "quality", lambda: stage("quality").run([Region(image)])


def peer(first: Path, second: Path) -> Iterator[tuple[str, Callable[[], Any]]]:
    """face_recognition (dlib) on the same two files, where it is installed."""
    try:
        import face_recognition
    except ImportError:
        return

    def compare() -> float:
        vectors = [face_recognition.face_encodings(face_recognition.load_image_file(str(f))) for f in (first, second)]
        return float(face_recognition.face_distance([vectors[0][0]], vectors[1][0])[0])

    yield "peer: face_recognition, compare", compare


def timed(name: str, work: Callable[[], Any], runs: int) -> dict[str, Any]:
    """Milliseconds of `runs` calls after three that do not count."""
    for _ in range(3):
        work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return {"step": name, **percentiles(times)}


def faces_a_second(verifier: Verifier, folder: Path) -> float:
    """Pictures of a folder through decode, find, align and embed, in batches on all workers."""
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in {".jpg", ".jpeg", ".png"})
    start = time.perf_counter()
    for at in range(0, len(files), 64):
        verifier.embedded_faces_of(files[at : at + 64])
    return round(len(files) / (time.perf_counter() - start), 1)


def start_command() -> None:
    """A whole process."""
    subprocess.run([sys.executable, "-m", "localverify.cli", "--help"], check=True, capture_output=True)


if __name__ == "__main__":
    main()
