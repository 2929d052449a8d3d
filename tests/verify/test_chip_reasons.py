"""The codes of chips, held against the documentation and the code that gives them."""

from __future__ import annotations

import re
from pathlib import Path

import localverify
from localverify.verify.chip_reasons import MESSAGES

ROOT = Path(localverify.__file__).parents[1]
SOURCES = [
    "localverify/verify/passive_authentication.py",
    "localverify/verify/chips.py",
    "localverify/documents/pki/anchors.py",
    "localverify/documents/pki/cms.py",
]


def test_the_documentation_lists_every_code_with_its_message():
    rows = re.findall(
        r"^\| `(\w+)` \| (?:alert|not_check) \| (.*) \|$", (ROOT / "docs/chips.md").read_text(), re.MULTILINE
    )
    assert dict(rows) == MESSAGES


def test_every_code_is_given_somewhere():
    code = "".join((ROOT / source).read_text() for source in SOURCES)
    assert {reason for reason in MESSAGES if f'"{reason}"' not in code} == set()
