"""Every vendor by name: the built-in table, and the entry points of installed packages.

A package adds a vendor with an entry point in the group ``localverify.vendors``, named as the vendor and
pointing to its `Vendor`.
"""

from __future__ import annotations

import importlib
from importlib import metadata
from typing import TYPE_CHECKING

from localverify.errors import InputError
from localverify.vendors.base.declaration import CredentialField, Vendor

if TYPE_CHECKING:
    from collections.abc import Mapping

ENTRY_POINT_GROUP = "localverify.vendors"

BUILT_IN: Mapping[str, str] = {"trustvision": "localverify.vendors.trustvision:VENDOR"}

# Keys for these can be handed out already; each moves into a folder of its own together with its API.
KEYS_ONLY = (
    Vendor("imagetwin", "Imagetwin", (CredentialField("api_key"),)),
    Vendor("scantrust", "Scantrust", (CredentialField("app", "uuid"),)),
    Vendor("shareid", "ShareID", (CredentialField("api_key"), CredentialField("business_hash"))),
    Vendor("zignsec", "ZignSec", (CredentialField("api_key"),)),
)


def all_vendors() -> dict[str, Vendor]:
    """Every vendor that this installation knows, by name."""
    targets = dict(BUILT_IN)
    targets.update((point.name, point.value) for point in metadata.entry_points(group=ENTRY_POINT_GROUP))
    found = {vendor.name: vendor for vendor in KEYS_ONLY}
    found.update((name, _load(target)) for name, target in targets.items())
    return dict(sorted(found.items()))


def find_vendor(name: str) -> Vendor:
    """The vendor called `name`.

    Raises:
        InputError: there is none.
    """
    known = all_vendors()
    if name not in known:
        raise InputError(f"no vendor called {name!r}; known: {', '.join(known)}", field="vendor")
    return known[name]


def _load(target: str) -> Vendor:
    module, _, attribute = target.partition(":")
    vendor: Vendor = getattr(importlib.import_module(module), attribute)
    return vendor
