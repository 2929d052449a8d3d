#!/usr/bin/env python
"""Accuracy of comparing faces on a folder of pictures and a list of pairs, in the layout of LFW.

    benchmarks/faces.py --root lfw --pairs lfw/pairs.csv

pairs.csv has the columns a, b (file names below --root) and same (1 or 0). Ten folds: the threshold is chosen on
nine and scored on the tenth. Peers in the same run where they are installed: face_recognition (dlib's ResNet), and
the same net with one crop and no mirror image, which shows what averaging brings.
"""

from __future__ import annotations

import argparse
import csv
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.common import add_engine_arguments, engine_settings, table, write_result
from localverify.imaging.face_crops import aligned_crop
from localverify.types import FaceInImage
from localverify.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.types import Face, Image
    from localverify.verify.faces import EmbeddedFaces

FOLDS = 10
FALSE_ACCEPT_RATES = (1e-2, 1e-3, 1e-4)


def main() -> None:
    """Prints the table and writes the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--pairs", type=Path, required=True)
    add_engine_arguments(parser)
    arguments = parser.parse_args()
    pairs, same = read_pairs(arguments.pairs)
    names = sorted({name for pair in pairs for name in pair})
    rows = []
    with Verifier(engine_settings(arguments)) as verifier:
        vectors, seconds = embed_all(verifier, [arguments.root / name for name in names])
        rows.append(measure("localverify", dict(zip(names, vectors, strict=True)), pairs, same, seconds))
        batch_error = largest_batch_error(verifier, [arguments.root / name for name in names[:20]])
        plain, seconds = embed_plain(verifier, [arguments.root / name for name in names])
        rows.append(measure("one crop, no mirror", dict(zip(names, plain, strict=True)), pairs, same, seconds))
        rates = false_accepts(vectors, [name.rsplit("_", 1)[0] for name in names])
    rows += peer_face_recognition(arguments.root, names, pairs, same)
    print(table(rows))
    print(f"\nlargest difference between one by one and batches: {batch_error:.2g}")
    print("cosine at a false-accept rate, over all impostor pairs of the folder:")
    print(table(rates))
    figures = {"pictures": len(names), "pairs": len(pairs), "engines": rows, "batch_error": batch_error}
    print(f"\nwritten to {write_result('faces', {**figures, 'false_accepts': rates})}")


def read_pairs(file: Path) -> tuple[list[tuple[str, str]], np.ndarray]:
    """File names of each pair, and whether they show the same person."""
    with file.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [(row["a"], row["b"]) for row in rows], np.array([int(row["same"]) for row in rows])


def embed_all(verifier: Verifier, files: Sequence[Path]) -> tuple[list[np.ndarray], float]:
    """The vector of the face nearest each picture's middle, found, aligned and embedded; and the seconds for all."""
    verifier.embedded_faces_of(files[:4])
    start = time.perf_counter()
    answers = [one for at in range(0, len(files), 64) for one in verifier.embedded_faces_of(files[at : at + 64])]
    seconds = time.perf_counter() - start
    return [_middle_vector(verifier.load(file), answer) for file, answer in zip(files, answers, strict=True)], seconds


def _middle_vector(image: Image, found: Any) -> np.ndarray:
    """A zero vector where there is no face: it matches nothing."""
    answer: EmbeddedFaces = found
    if not answer.faces:
        return np.zeros(512, np.float32)
    return answer.embeddings[_nearest_middle(image, answer.faces)].vector


def _nearest_middle(image: Image, faces: Sequence[Face]) -> int:
    middle = np.array([image.width, image.height]) / 2
    return int(np.argmin([np.linalg.norm(np.array(face.box.centre) - middle) for face in faces]))


def embed_plain(verifier: Verifier, files: Sequence[Path]) -> tuple[list[np.ndarray], float]:
    """The shipped nets used plainly: landmarks from one crop, no mirror image."""
    runtime = verifier.toolbox.runtime
    points, features = runtime.net("fr_landmark"), runtime.net("fr_feature")
    finder = verifier.toolbox.stage("face_finder")
    start = time.perf_counter()

    def one(file: Path) -> np.ndarray:
        image = verifier.load(file)
        (faces,) = finder.run([image])
        if not faces:
            return np.zeros(512, np.float32)
        face = faces[_nearest_middle(image, faces)]
        face = replace(face, landmarks=_plain_points(points, image, face))
        crop = (aligned_crop(image, face)[..., ::-1].astype(np.float32) - 127) / 128
        (vector,) = features.run(crop.transpose(2, 0, 1)[None].astype(np.float32))
        return vector[0] / np.linalg.norm(vector[0])

    return runtime.map(one, files), time.perf_counter() - start


def _plain_points(net: Any, image: Image, face: Face) -> np.ndarray:
    import cv2

    from localverify.imaging.face_crops import square_crop

    grey = cv2.cvtColor(square_crop(image, face, 1.0, 64), cv2.COLOR_RGB2GRAY)
    (points,) = net.run((grey.astype(np.float32) / np.float32(256))[None, None])
    corner = np.array([face.box.left, face.box.top])
    return (points.reshape(68, 2) * face.box.width + corner).astype(np.float32)


def largest_batch_error(verifier: Verifier, files: Sequence[Path]) -> float:
    """The largest difference of a vector's element between one by one and batches."""
    items = [
        FaceInImage(image, faces[0]) for image in map(verifier.load, files) if (faces := verifier.detect_faces(image))
    ]
    stage = verifier.toolbox.stage("face_embedder")
    together = [embedding.vector for embedding in stage.run(items)]
    alone = [stage.run([item])[0].vector for item in items]
    return float(np.abs(np.array(together) - np.array(alone)).max())


def measure(
    engine: str, vectors: dict[str, np.ndarray], pairs: Sequence[tuple[str, str]], same: np.ndarray, seconds: float
) -> dict[str, Any]:
    """One row: ten-fold accuracy, area under the curve, speed."""
    scores = np.array([float(vectors[a] @ vectors[b]) for a, b in pairs])
    accuracies = ten_folds(scores, same)
    genuine, impostor = scores[same == 1], scores[same == 0]
    return {
        "engine": engine,
        "accuracy": round(float(np.mean(accuracies)), 4),
        "deviation": round(float(np.std(accuracies)), 4),
        "auc": round(float((genuine[:, None] > impostor[None]).mean()), 5),
        "missed": sum(not vector.any() for vector in vectors.values()),
        "faces_per_s": round(len(vectors) / seconds, 1),
    }


def ten_folds(scores: np.ndarray, same: np.ndarray) -> list[float]:
    """Accuracy of each fold with the threshold that is best on the other nine; folds keep both classes even."""
    order = np.concatenate([np.flatnonzero(same == 1), np.flatnonzero(same == 0)])
    accuracies = []
    for fold in range(FOLDS):
        test = order[fold::FOLDS]
        train = np.setdiff1d(order, test)
        candidates = np.sort(scores[train])
        right = [float(((scores[train] >= candidate) == same[train]).mean()) for candidate in candidates]
        threshold = candidates[int(np.argmax(right))]
        accuracies.append(float(((scores[test] >= threshold) == same[test]).mean()))
    return accuracies


def false_accepts(vectors: Sequence[np.ndarray], people: Sequence[str]) -> list[dict[str, Any]]:
    """Cosine thresholds at several false-accept rates over every pair of different people."""
    matrix = np.stack(vectors)
    cosines = matrix @ matrix.T
    names = np.array(people)
    upper = np.triu(np.ones(cosines.shape, bool), 1)
    impostor = np.sort(cosines[upper & (names[:, None] != names[None])])
    genuine = cosines[upper & (names[:, None] == names[None])]
    rows = []
    for rate in FALSE_ACCEPT_RATES:
        threshold = float(impostor[-max(1, round(rate * len(impostor)))])
        accepted = round(float((genuine >= threshold).mean()), 4)
        rows.append({"far": rate, "cosine": round(threshold, 3), "tar": accepted, "impostor_pairs": len(impostor)})
    return rows


def peer_face_recognition(
    root: Path, names: Sequence[str], pairs: Sequence[tuple[str, str]], same: np.ndarray
) -> list[dict[str, Any]]:
    """Dlib's ResNet through face_recognition, with the box that it finds itself; empty when not installed."""
    try:
        import face_recognition
    except ImportError:
        return []
    start = time.perf_counter()
    vectors = {}
    for name in names:
        found = face_recognition.face_encodings(face_recognition.load_image_file(str(root / name)))
        # Distances of 128 numbers become cosines of 129: the largest is the nearest.
        vectors[name] = _spherical(found[0]) if found else np.zeros(129)
    return [measure("face_recognition", vectors, pairs, same, time.perf_counter() - start)]


def _spherical(vector: np.ndarray) -> np.ndarray:
    """Dlib's vectors lie near the unit sphere but are compared by distance: lift them onto one exactly."""
    lifted = np.append(vector, np.sqrt(max(0.0, 4 - float(vector @ vector))))
    return np.asarray(lifted / np.linalg.norm(lifted))


if __name__ == "__main__":
    main()
