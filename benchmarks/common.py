"""What every benchmark shares: the machine, percentiles, and where results go."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from localverify.config import Settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

RESULTS = Path(__file__).parent / "results"
_PACKAGES = ("localverify", "numpy", "opencv-python-headless", "onnxruntime", "asn1crypto", "cryptography")


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """Median, 95th percentile and maximum, in the unit of `times`."""
    p50, p95, most = np.percentile(np.asarray(times), [50, 95, 100])
    return {"p50": round(float(p50), 3), "p95": round(float(p95), 3), "max": round(float(most), 3)}


def hardware() -> dict[str, Any]:
    """Processor, cores that this process may use, memory and versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory / 2**30, 1),
        "python": platform.python_version(),
        "packages": {name: version for name in _PACKAGES if (version := _version(name))},
    }


def write_result(name: str, figures: Mapping[str, Any]) -> Path:
    """Writes figures, hardware and versions to results/NAME-YYYY-MM-DD.json."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}-{datetime.now(UTC):%Y-%m-%d}.json"
    path.write_text(json.dumps({"figures": dict(figures), "hardware": hardware()}, indent=1) + "\n")
    return path


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").is_file() else []
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.machine())


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows with the same keys as an aligned table; floats to four digits."""
    if not rows:
        return ""
    heads = list(rows[0])
    cells = [heads, *([_cell(row.get(head, "")) for head in heads] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(heads))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in cells)


def _cell(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def add_engine_arguments(parser: argparse.ArgumentParser) -> None:
    """--device, --threads and --batch, as the settings have them."""
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--threads", type=int, default=0, help="0 = the processors this process may use")
    parser.add_argument("--batch", type=int, default=16)


def engine_settings(arguments: argparse.Namespace) -> Settings:
    """Settings with the engine that the arguments name."""
    engine = {name: getattr(arguments, name) for name in ("device", "threads", "batch")}
    return Settings.model_validate({"engine": engine})
