"""Mutated security objects and data groups: nothing may crash, be accepted, take long or take much memory.

    python -m benchmarks.chips_mutations [--data DATA] [--inputs 100000] [--seed 1]

The documents are synthetic (tests/chips_factory.py), so that the unharmed ones are accepted; with --data, whose
files ground_truth.json names, the real security objects there are mutated too.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import resource
import time
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.common import percentiles, write_result
from localverify.documents.lds.files import ChipFiles
from localverify.documents.pki.anchors import TrustAnchors
from localverify.documents.pki.certificates import parse_certificate
from localverify.errors import InputError
from localverify.verify.chips import ChipResult, ChipVerb, Verdict, decode_picture
from tests.chips_factory import (
    NOW,
    Signing,
    ec_key,
    make_authority,
    make_chip,
    make_dg7,
    make_dg13,
    portrait,
    rsa_key,
    usual_groups,
)
from tests.chips_mutations import mutate


@dataclass(frozen=True)
class Subject:
    """A document to harm, the verb that accepts it unharmed, and what that verb says of it."""

    name: str
    files: ChipFiles
    verb: ChipVerb
    result: ChipResult


def main() -> None:
    """Prints the figures and writes the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with ground_truth.json and the files that it names")
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    accepted_unharmed, refused = synthetic(), real(arguments.data) if arguments.data else []
    subjects = [*accepted_unharmed, *refused]
    source = random.Random(arguments.seed)
    times: list[float] = []
    cpu_times: list[float] = []
    slow: list[float] = []
    accepted: list[str] = []
    crashes: list[str] = []
    same_meaning: list[str] = []
    start_kb = peak_kb()
    for _ in range(arguments.inputs):
        # Three of four inputs come of documents that are good unharmed: only they can be accepted wrongly.
        subject = source.choice(refused if refused and source.random() < 0.25 else accepted_unharmed)
        files, harmed = harm(subject.files, source)
        start, cpu_start = time.perf_counter(), time.process_time()
        try:
            result = verify(subject.verb, files)
        except Exception as error:  # what is counted here is exactly what nobody foresaw
            crashes.append(f"{subject.name} {harmed}: {error!r}")
            continue
        times.append((time.perf_counter() - start) * 1000)
        cpu_times.append((time.process_time() - cpu_start) * 1000)
        if times[-1] > 50:
            slow.append(best_of_five(subject.verb, files))
        if result.verdict is Verdict.GOOD and files != subject.files:
            if meaning(result) == meaning(subject.result):
                same_meaning.append(f"{subject.name} {harmed} {difference(subject.files, files)}")
            else:
                accepted.append(f"{subject.name} {harmed}")
    figures = {
        "inputs": arguments.inputs,
        "seed": arguments.seed,
        "subjects": [subject.name for subject in subjects],
        "crashes": crashes,
        "accepted": accepted,
        "accepted_same_meaning": same_meaning,
        "ms": percentiles(times),
        "cpu_ms": percentiles(cpu_times),
        "over_50_ms": len(slow),
        # A busy machine delays any input: what took long is timed again, alone.
        "over_50_ms_again": sum(taken > 50 for taken in slow),
        "memory_growth_mb": round((peak_kb() - start_kb) / 1024, 1),
    }
    print(json.dumps(figures, indent=1))
    write_result("chips_mutations", figures)


def synthetic() -> list[Subject]:
    """Accepted documents of several algorithms."""
    groups = usual_groups() | {7: make_dg7(portrait("JP2")), 13: make_dg13()}
    kinds = {
        "RSA PKCS#1": Signing(rsa_key("signer")),
        "RSA PSS": Signing(rsa_key("signer"), "pss", "sha512"),
        "explicit brainpoolP256r1": Signing(ec_key("brainpoolP256r1"), "ecdsa", "sha256", explicit=True),
        "explicit secp384r1": Signing(ec_key("secp384r1"), "ecdsa", "sha384", explicit=True),
    }
    found = []
    for name, signing in kinds.items():
        chip = make_chip(groups, authority=make_authority(), signing=signing)
        verb = ChipVerb(TrustAnchors([parse_certificate(chip.authority.certificate)]))
        result = verb.verify(chip.files, NOW)
        assert result.verdict is Verdict.GOOD, result.reasons
        found.append(Subject(name, chip.files, verb, result))
    return found


def real(data: Path) -> list[Subject]:
    """Real security objects, against an empty store."""
    verb = ChipVerb(TrustAnchors())
    names = json.loads((data / "ground_truth.json").read_text())
    chips = {name: ChipFiles((data / name).read_bytes()) for name in names}
    return [Subject(name, files, verb, verb.verify(files, NOW)) for name, files in chips.items()]


def harm(files: ChipFiles, source: random.Random) -> tuple[ChipFiles, str]:
    """The files with one of them mutated: the security object in half of all cases."""
    if not files.groups or source.random() < 0.5:
        return replace(files, sod=mutate(files.sod, source)), "SOD"
    number = source.choice(sorted(files.groups))
    return replace(files, groups={**files.groups, number: mutate(files.groups[number], source)}), f"DG{number}"


def verify(verb: ChipVerb, files: ChipFiles) -> ChipResult:
    """The verdict, and the portrait decoded as a caller would."""
    result = verb.verify(files, NOW)
    if result.document.face is not None and result.document.face.data not in _UNHARMED:
        with contextlib.suppress(InputError):
            decode_picture(result.document.face)
    return result


def best_of_five(verb: ChipVerb, files: ChipFiles) -> float:
    """Milliseconds of the quickest of five verifications."""
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        verify(verb, files)
        taken.append((time.perf_counter() - start) * 1000)
    return min(taken)


def meaning(result: ChipResult) -> tuple[object, ...]:
    """Everything that a good verdict vouches for."""
    document = result.document
    signer = result.signer.der if result.signer else b""
    return (document.fields, document.face, document.signature, result.data_groups, signer, result.authentication_key)


def difference(before: ChipFiles, after: ChipFiles) -> str:
    """Where the two differ first, and what stands there."""
    pairs = [(before.sod, after.sod), *((before.groups[number], after.groups[number]) for number in before.groups)]
    for a, b in pairs:
        if a != b:
            at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
            return f"at {at} of {len(a)}, length {len(b)}: {a[at - 4 : at + 4].hex()} -> {b[at - 4 : at + 4].hex()}"
    return ""


def peak_kb() -> int:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


_UNHARMED = {portrait()}

if __name__ == "__main__":
    main()
