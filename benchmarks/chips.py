"""Passive authentication on real security objects and a real master list: the table of truths, and the speed.

    python -m benchmarks.chips DATA

DATA holds ground_truth.json (file -> signature_valid, why, csca_in_german_list ...), the files that it names,
and masterlist/ with one .ml and the .cer of its root.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.common import percentiles, write_result
from localverify.documents.lds.files import ChipFiles
from localverify.store.trust import TrustStore
from localverify.verify.chips import ChipResult, ChipVerb, Verdict
from localverify.verify.trust import Added, TrustVerb

if TYPE_CHECKING:
    from localverify.documents.pki.anchors import TrustAnchors

# What ground_truth.json calls the same thing.
REASONS = {
    "signature changed": "signature_invalid",
    "content does not match the signed message digest": "message_digest_mismatch",
    "malformed: no certificate": "sod_malformed",
}


def main() -> None:
    """Prints the table and writes the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with ground_truth.json, the files and masterlist/")
    parser.add_argument("--rounds", type=int, default=200, help="verifications a file for the speed")
    parser.add_argument("--threads", type=int, default=2, help="threads for the throughput")
    arguments = parser.parse_args()
    anchors, figures = load(arguments.data / "masterlist")
    verb = ChipVerb(anchors)
    figures |= truths(arguments.data, verb)
    figures |= speed(arguments.data, verb, arguments.rounds, arguments.threads)
    print(json.dumps(figures, indent=1))
    write_result("chips", figures)


def load(folder: Path) -> tuple[TrustAnchors, dict[str, Any]]:
    """Adds the master list to a new store, its signature checked against the root, and loads the store."""
    listed, root = next(folder.glob("*.ml")), next(folder.glob("*.cer"))
    with tempfile.TemporaryDirectory() as place:
        store = TrustVerb(TrustStore(Path(place)))
        added, add_s = timed(lambda: store.add([listed], root))
        assert isinstance(added, Added)
        anchors, load_s = timed(store.anchors)
    figures = {
        "list_certificates": added.new,
        "list_passed_over": len(added.passed_over),
        "list_add_s": round(add_s, 3),
        "store_load_s": round(load_s, 3),
    }
    return anchors, figures


def truths(data: Path, verb: ChipVerb) -> dict[str, Any]:
    """Every security object against what is known of it."""
    table = json.loads((data / "ground_truth.json").read_text())
    counts = {"valid": 0, "valid_verified": 0, "bad": 0, "bad_refused_rightly": 0, "listed": 0, "listed_chained": 0}
    for name, truth in table.items():
        result = verb.verify(ChipFiles((data / name).read_bytes()), datetime.now(UTC))
        signature, chain = result.verdict_of("signature"), result.verdict_of("chain")
        if truth["signature_valid"]:
            counts["valid"] += 1
            counts["valid_verified"] += signature is Verdict.GOOD
            counts["listed"] += truth["csca_in_german_list"]
            counts["listed_chained"] += truth["csca_in_german_list"] and chain is Verdict.GOOD
        else:
            counts["bad"] += 1
            counts["bad_refused_rightly"] += REASONS[truth["why"]] in result.reasons and signature is not Verdict.GOOD
        print(f"{name:38} {truth['signature_valid']!s:6} {signature:10} {chain:10} {', '.join(result.reasons)}")
    return counts


def speed(data: Path, verb: ChipVerb, rounds: int, threads: int) -> dict[str, Any]:
    """Whole verifications with the loaded store: one after the other, then on several threads."""
    table = json.loads((data / "ground_truth.json").read_text())
    sods = [ChipFiles((data / name).read_bytes()) for name, truth in table.items() if truth["signature_valid"]]
    times = [timed(lambda files=files: verb.verify(files))[1] * 1000 for _ in range(rounds) for files in sods]

    def work() -> None:
        for _ in range(rounds):
            for files in sods:
                verb.verify(files)

    workers = [threading.Thread(target=work) for _ in range(threads)]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    per_second = threads * rounds * len(sods) / (time.perf_counter() - start)
    return {"verify_ms": percentiles(times), f"verifications_per_s_{threads}_threads": round(per_second, 1)}


def timed(work: Any) -> tuple[ChipResult | TrustAnchors | Added, float]:
    """The result, and the seconds that it took."""
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


if __name__ == "__main__":
    main()
