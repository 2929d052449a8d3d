"""The demo: starts the server, is its client, prints the answers, draws what was found, and stops the server."""

from __future__ import annotations

import base64
import html
import json
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import zxingcpp
from rich.console import Console
from rich.table import Column, Table

from examples.trustvision_client import TrustVisionClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localverify.types import Pixels

PORTRAITS = Path(__file__).parent / "portraits"
OUT = Path("demo-output")
COMMAND = [sys.executable, "-m", "localverify.cli"]
CODE_TEXT = "https://example.org/localverify?specimen=1"
GREEN, YELLOW, RED = (60, 170, 60), (235, 190, 40), (210, 50, 40)


@dataclass
class Report:
    """Rows of the table, and the pictures with their captions."""

    rows: list[tuple[str, str, float]] = field(default_factory=list)
    pictures: list[tuple[str, Pixels]] = field(default_factory=list)

    def time(self, what: str, work: Callable[[], Any], say: Callable[[Any], str]) -> Any:  # noqa: ANN401
        """Runs a request, and keeps what `say` makes of the answer with the milliseconds that it took."""
        start = time.perf_counter()
        answer = work()
        self.rows.append((what, say(answer), (time.perf_counter() - start) * 1000))
        return answer


def main() -> None:
    """Runs the demo; an answer that lacks what it should hold ends it with an error."""
    console = Console()
    report = Report()
    with tempfile.TemporaryDirectory() as data, server(data) as (url, credentials):
        console.print(f"server ready at {url}, everything stays on this machine\n")
        client = TrustVisionClient(f"{url}/trustvision", credentials["access_key"], credentials["secret"])
        talk(client, report)
    read_code(report)
    draw_landmarks(report)
    table = Table("request", Column("answer", overflow="fold"), Column("ms", justify="right"))
    for what, answer, took in report.rows:
        table.add_row(what, answer, f"{took:.0f}")
    console.print(table)
    console.print(f"\npictures with what was found: {write_page(report).resolve()}")


@contextmanager
def server(data: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The server as a process of its own on a free port; yields its address and a key's credentials."""
    created = subprocess.run(  # noqa: S603
        [*COMMAND, "keys", "create", "trustvision", "--data", data, "--json"],
        check=True,
        capture_output=True,
        text=True,
    )
    command = [*COMMAND, "serve", "--port", "0", "--data", data, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None  # noqa: S101 - asked for above
            first = process.stdout.readline()
            if not first:
                raise SystemExit("the server did not start: run `localverify doctor`")
            yield json.loads(first)["url"], json.loads(created.stdout)
        finally:
            process.send_signal(signal.SIGTERM)


def talk(client: TrustVisionClient, report: Report) -> None:
    """What a client does before it opens an account, and one mistake."""
    ids = {
        name: report.time(f"upload {name}", partial(client.upload, picture(name), "portrait"), str)
        for name in ("obama", "obama2", "biden")
    }
    for name, image_id in ids.items():
        detect(client, report, name, image_id)
    compare(client, report, ids, "obama", "obama2")
    compare(client, report, ids, "obama", "biden")
    for name, image_id in ids.items():
        judge(client, report, name, image_id)
    mistake = partial(client.call, "detect_faces_sync", image={"id": "none"})
    report.time("an unknown id", mistake, lambda answer: answer["errors"][0]["code"])


def detect(client: TrustVisionClient, report: Report, name: str, image_id: str) -> None:
    """The faces of one picture."""
    answer = report.time(
        f"detect_faces {name}",
        partial(client.call, "detect_faces_sync", image={"id": image_id}),
        lambda answer: f"{len(answer['data']['image']['faces'])} face",
    )
    report.pictures.append((f"detect_faces_sync: {name}", draw_boxes(picture(name), answer)))


def compare(client: TrustVisionClient, report: Report, ids: dict[str, str], first: str, second: str) -> None:
    """Two pictures: the same person or not."""
    answer = report.time(
        f"compare_faces {first}, {second}",
        partial(client.call, "compare_faces_sync", image1={"id": ids[first]}, image2={"id": ids[second]}),
        lambda answer: " ".join(f"{pair['result']} {pair['score']:.3f}" for pair in answer["data"]["compare_faces"]),
    )
    report.pictures.append((f"compare_faces_sync: {first}, {second}", draw_pair(first, second, answer)))


def judge(client: TrustVisionClient, report: Report, name: str, image_id: str) -> None:
    """Live or not, and whether it is a portrait to work with."""
    liveness = report.time(
        f"verify_face_liveness {name}",
        partial(client.call, "verify_face_liveness_sync", images=[{"id": image_id}]),
        lambda answer: f"is_live {answer['data']['is_live']} {answer['data']['score']:.3f}",
    )
    sanity = report.time(
        f"verify_portrait_sanity {name}",
        partial(client.call, "verify_portrait_sanity_sync", image={"id": image_id}),
        lambda answer: answer["data"]["portrait_sanity"]["verdict"],
    )
    words = f"live {liveness['data']['score']:.2f}, {sanity['data']['portrait_sanity']['verdict']}"
    report.pictures.append((f"liveness and portrait sanity: {name}", caption(decode(picture(name)), words)))


def read_code(report: Report) -> None:
    """A QR code on a tilted, dim, blurred card, read by the command."""
    scene = code_scene()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "code.png"
        cv2.imwrite(str(file), scene[..., ::-1])
        answer = report.time(
            "localverify read-codes",
            lambda: json.loads(
                subprocess.run([*COMMAND, "read-codes", str(file), "--json"], check=True, capture_output=True).stdout  # noqa: S603
            ),
            lambda a: ", ".join(code["text"] for code in a["codes"]),
        )
    for code in answer["codes"]:
        cv2.polylines(scene, [np.array(code["quad"], np.int32)], True, GREEN, 3)
    report.pictures.append(("read-codes", caption(scene, answer["codes"][0]["text"])))


def code_scene() -> Pixels:
    """The picture of the code: perspective, uneven light, blur and noise."""
    barcode = zxingcpp.create_barcode(CODE_TEXT, zxingcpp.BarcodeFormat.QRCode)
    plain = cv2.cvtColor(np.array(zxingcpp.write_barcode_to_image(barcode, scale=8)), cv2.COLOR_GRAY2RGB)
    size = plain.shape[0]
    target = np.array([[150, 90], [455, 140], [430, 400], [120, 370]], np.float32)
    corners = np.array([[0, 0], [size, 0], [size, size], [0, size]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    scene = cv2.warpPerspective(plain, matrix, (600, 480), borderValue=(180, 170, 150)).astype(np.float32)
    light = np.linspace(1.0, 0.45, 600)[None, :, None]
    noise = np.random.default_rng(1).normal(0, 6, scene.shape)
    return np.clip(cv2.GaussianBlur(scene * light, (0, 0), 1.2) + noise, 0, 255).astype(np.uint8)


def draw_landmarks(report: Report) -> None:
    """From Python: the 68 points and the pose."""
    from localverify import Verifier  # noqa: PLC0415 - loads the nets: not before the server has its turn

    with Verifier() as verifier:
        image = verifier.load(PORTRAITS / "astronaut.jpg")
        faces = report.time("Verifier().detect_faces", lambda: verifier.detect_faces(image), lambda f: f"{len(f)} face")
    canvas = image.pixels.copy()
    for face in faces:
        left, top, right, bottom = (round(value) for value in face.box)
        cv2.rectangle(canvas, (left, top), (right, bottom), GREEN, 2)
        for x, y in face.landmarks:
            cv2.circle(canvas, (round(float(x)), round(float(y))), 2, YELLOW, -1)
    report.pictures.append(("68 points", caption(canvas, f"score {faces[0].score:.3f}")))


def picture(name: str) -> bytes:
    """The encoded bytes of a bundled portrait."""
    return (PORTRAITS / f"{name}.jpg").read_bytes()


def decode(data: bytes) -> Pixels:
    """RGB pixels, for drawing."""
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB), dtype=np.uint8)


def draw_boxes(data: bytes, answer: dict[str, Any]) -> Pixels:
    """The boxes of an answer of detect_faces_sync."""
    canvas = decode(data)
    for face in answer["data"]["image"]["faces"]:
        box = face["bounding_box"]
        cv2.rectangle(canvas, (box["left"], box["top"]), (box["right"], box["bottom"]), GREEN, 4)
    return canvas


def draw_pair(first: str, second: str, answer: dict[str, Any]) -> Pixels:
    """Two pictures side by side under the result."""
    height = 600
    scaled = [
        cv2.resize(pixels, (round(pixels.shape[1] * height / pixels.shape[0]), height))
        for pixels in (decode(picture(first)), decode(picture(second)))
    ]
    pair = answer["data"]["compare_faces"][0]
    colour = {"matched": GREEN, "unsure": YELLOW}.get(pair["result"], RED)
    return caption(np.hstack(scaled), f"{pair['result']} {pair['score']:.3f}", colour)


def caption(pixels: Pixels, text: str, colour: tuple[int, int, int] = GREEN) -> Pixels:
    """The picture with a line of text on a dark bar below it."""
    size = pixels.shape[1] / 600
    bar = round(44 * size)
    canvas = cv2.copyMakeBorder(pixels, 0, bar, 0, 0, cv2.BORDER_CONSTANT, value=(24, 24, 24))
    place = (round(12 * size), canvas.shape[0] - round(14 * size))
    cv2.putText(canvas, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.8 * size, colour, max(1, round(2 * size)), cv2.LINE_AA)
    return np.asarray(canvas, dtype=np.uint8)


def write_page(report: Report) -> Path:
    """Writes each picture and one page that holds them all; returns the page."""
    OUT.mkdir(exist_ok=True)
    figures = []
    for number, (title, pixels) in enumerate(report.pictures):
        scale = min(1.0, 640 / max(pixels.shape[:2]))
        small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        _, encoded = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 88])
        (OUT / f"{number:02}.jpg").write_bytes(encoded.tobytes())
        source = base64.b64encode(encoded.tobytes()).decode()
        text = html.escape(title)
        figures.append(
            f'<figure><img alt="{text}" src="data:image/jpeg;base64,{source}"><figcaption>{text}</figcaption></figure>'
        )
    rows = "".join(
        f"<tr><td>{html.escape(what)}</td><td>{html.escape(answer)}</td><td>{took:.0f}</td></tr>"
        for what, answer, took in report.rows
    )
    page = (Path(__file__).parent / "demo.html").read_text(encoding="utf-8")
    target = OUT / "index.html"
    target.write_text(page.replace("<!--rows-->", rows).replace("<!--figures-->", "".join(figures)), encoding="utf-8")
    return target


if __name__ == "__main__":
    main()
