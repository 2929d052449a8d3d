#!/usr/bin/env python
"""Trains the reader of machine-readable zone lines, models/mrz_ctc.onnx, on lines that scripts/mrz_lines.py renders.

A small convolutional net over a line of 24 x 528 pixels with connectionist temporal classification. Training is on
one processor; a second one renders. Needs ``pip install torch onnx`` and a font of the OCR-B design (Debian's
``fonts-ocr-b``: OCRB.otf and OCRBS.otf; OCRBE, OCRBX and OCRBF are inverse or outlined and not to be used), and
``fonts-dejavu`` and ``fonts-liberation`` for faces that some issuers print instead and for print that is no zone::

    scripts/train_mrz.py --seed 9303 --lines 40000 --checkpoint first.pt --out first.onnx
    scripts/train_mrz.py --seed 9304 --lines 24000 --camera usual --frames 1 --rate 1.5e-3 --start first.pt
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import torch
from mrz_lines import ALPHABET, BLANK, CAMERAS, HEIGHT, UNSETTLED, WIDTH, load_faces, sample
from torch import nn

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

    from mrz_lines import Camera

OCR_B = ("opentype/ocr-b/OCRB.otf", "opentype/ocr-b/OCRBS.otf")
PLAIN = ("truetype/dejavu/DejaVuSansMono.ttf", "truetype/liberation/LiberationMono-Regular.ttf")
OTHERS = ("truetype/dejavu/DejaVuSans.ttf", "truetype/dejavu/DejaVuSerif.ttf")


class Fonts(NamedTuple):
    """Files: of OCR-B, of other faces of zones, of other print."""

    ocr_b: list[Path]
    plain: list[Path]
    others: list[Path]


class LineReader(nn.Module):
    """N x 1 x 24 x 528, standardised grey, to N x 132 x 38 log-probabilities; the blank is last."""

    def __init__(self) -> None:
        super().__init__()

        def block(inside: int, outside: int, stride: tuple[int, int], size: int = 3) -> nn.Sequential:
            return nn.Sequential(
                nn.Conv2d(inside, outside, size, stride, size // 2, bias=False),
                nn.BatchNorm2d(outside),
                nn.ReLU(inplace=True),
            )

        self.see = nn.Sequential(
            block(1, 24, (2, 2), 5),
            block(24, 48, (2, 2)),
            block(48, 64, (1, 1)),
            block(64, 96, (2, 1)),
            block(96, 96, (1, 1)),
            nn.Conv2d(96, 128, (3, 1), bias=False),
            nn.BatchNorm2d(128),
            nn.ReLU(inplace=True),
        )
        self.around = nn.ModuleList(
            nn.Sequential(
                nn.Conv1d(128, 128, 5, padding=2 * dilation, dilation=dilation, bias=False),
                nn.BatchNorm1d(128),
                nn.ReLU(inplace=True),
            )
            for dilation in (1, 2, 4)
        )
        self.tell = nn.Conv1d(128, BLANK + 1, 1)

    def forward(self, lines: torch.Tensor) -> torch.Tensor:
        """See the class."""
        features = self.see(lines).squeeze(2)
        for block in self.around:
            features = features + block(features)
        return torch.log_softmax(self.tell(features).permute(0, 2, 1), dim=2)


def standardise(lines: np.ndarray) -> torch.Tensor:
    """Uint8 lines, N x 24 x 528, to mean 0 and deviation 1 each: stages/mrz_ctc.py does the same."""
    pixels = lines.astype(np.float32)
    mean = pixels.mean((1, 2), keepdims=True)
    deviation = pixels.std((1, 2), keepdims=True)
    return torch.from_numpy((pixels - mean) / (deviation + 1))[:, None]


def render(queue: Queue, seed: int, batch: int, fonts: Fonts, camera: Camera) -> None:
    """Fills the queue with batches for ever."""
    cv2.setNumThreads(1)
    random = np.random.default_rng(seed)
    faces = load_faces(fonts.ocr_b, random)
    plain, others = load_faces(fonts.plain, random, 8), load_faces(fonts.others, random, 4)
    while True:
        lines, texts, labels = zip(*(sample(random, camera, faces, plain, others) for _ in range(batch)), strict=True)
        queue.put((np.stack(lines), list(texts), np.stack(labels)))


def greedy(scores: torch.Tensor) -> list[str]:
    """The most probable symbols, repeats and blanks taken away."""
    texts = []
    for row in scores.argmax(2).tolist():
        kept = [now for before, now in zip([BLANK, *row[:-1]], row, strict=True) if now not in {before, BLANK}]
        texts.append("".join(ALPHABET[index] for index in kept))
    return texts


def encode(texts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """Symbols of all texts in a row, and the texts' lengths."""
    symbols = [ALPHABET.index(char) for text in texts for char in text]
    return torch.tensor(symbols, dtype=torch.long), torch.tensor([len(text) for text in texts])


def loss_of(scores: torch.Tensor, texts: list[str], labels: np.ndarray, *, connectionist: bool) -> torch.Tensor:
    """Per frame, since the renderer knows where each character stands; connectionist too when asked."""
    per_frame = nn.functional.nll_loss(
        scores.reshape(-1, BLANK + 1), torch.from_numpy(labels).reshape(-1), ignore_index=UNSETTLED
    )
    if not connectionist:
        return per_frame
    symbols, lengths = encode(texts)
    times = torch.full((len(texts),), scores.shape[1], dtype=torch.long)
    whole = nn.functional.ctc_loss(scores.permute(1, 0, 2), symbols, times, lengths, blank=BLANK, zero_infinity=True)
    return 0.5 * per_frame + whole


def train(net: LineReader, queue: Queue, arguments: argparse.Namespace) -> None:
    """AdamW with one cycle of the learning rate."""
    batch = arguments.batch
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-3)
    start, step, shown, right, seen = time.monotonic(), 0, 0.0, 0, 0
    while (part := step * batch / arguments.lines) < 1:
        rate = arguments.rate * min(1.0, (step + 1) / 100) * 0.5 * (1 + np.cos(np.pi * part)) + 1e-5
        for group in optimiser.param_groups:
            group["lr"] = rate
        lines, texts, labels = queue.get()
        scores = net(standardise(lines).contiguous(memory_format=torch.channels_last))
        loss = loss_of(scores, texts, labels, connectionist=part >= arguments.frames)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        step += 1
        shown = 0.98 * shown + 0.02 * loss.item() if step > 1 else loss.item()
        if step % 10 == 0:
            right += sum(a == b for a, b in zip(greedy(scores.detach()), texts, strict=True))
            seen += len(texts)
        if step % 100 == 0:
            seconds = time.monotonic() - start
            print(f"{seconds:6.0f} s  {step * batch:7d} lines  loss {shown:.4f}  exact {right / seen:.3f}", flush=True)
            right = seen = 0
            torch.save(net.state_dict(), arguments.checkpoint)


def export(net: LineReader, out: Path) -> None:
    """Writes the net as ONNX with a free batch axis, and prints its sha256."""
    net.eval()
    example = torch.zeros(1, 1, HEIGHT, WIDTH)
    axes = {"lines": {0: "n"}, "scores": {0: "n"}}
    torch.onnx.export(
        net,
        (example,),
        str(out),
        input_names=["lines"],
        output_names=["scores"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    print(out, hashlib.sha256(out.read_bytes()).hexdigest())


def main() -> None:
    """Trains and exports."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=9303)
    parser.add_argument("--lines", type=int, default=40_000)
    parser.add_argument("--camera", choices=sorted(CAMERAS), default="bad")
    parser.add_argument("--frames", type=float, default=0.75, help="share of the lines that train frames alone")
    parser.add_argument("--rate", type=float, default=3e-3, help="the highest learning rate")
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--start", type=Path, help="checkpoint to go on from")
    parser.add_argument("--checkpoint", type=Path, default=Path("mrz_ctc.pt"))
    parser.add_argument("--fonts", type=Path, default=Path("/usr/share/fonts"), help="folder of the fonts")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parents[1] / "models" / "mrz_ctc.onnx")
    arguments = parser.parse_args()
    fonts = Fonts(*([arguments.fonts / name for name in names] for names in (OCR_B, PLAIN, OTHERS)))
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(1)
    queue: Queue = multiprocessing.Queue(8)
    task = (queue, arguments.seed, arguments.batch, fonts, CAMERAS[arguments.camera])
    renderer = multiprocessing.Process(target=render, args=task, daemon=True)
    renderer.start()
    net = LineReader().to(memory_format=torch.channels_last)
    if arguments.start:
        net.load_state_dict(torch.load(arguments.start))
    try:
        if arguments.lines > 0:
            train(net, queue, arguments)
    finally:
        renderer.terminate()
    export(net, arguments.out)


if __name__ == "__main__":
    main()
