"""How a vendor's folder says what it is."""

from __future__ import annotations

import importlib
import secrets
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from localverify.errors import LocalVerifyError
    from localverify.vendors.base.services import Services

    Application: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One part of a vendor's credentials.

    Attributes:
        name: as the vendor's documents call it.
        kind: ``uuid``, or ``token`` for 32 random bytes in hexadecimal, a secret in itself.
    """

    name: str
    kind: Literal["uuid", "token"] = "token"

    def make(self) -> str:
        """A new value that nobody can guess."""
        return str(uuid.uuid4()) if self.kind == "uuid" else secrets.token_hex(32)


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """An error in a vendor's own shape.

    Attributes:
        status: HTTP status.
        body: the JSON.
    """

    status: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class VendorApplication:
    """A vendor's API, ready to be mounted.

    Attributes:
        app: an ASGI application whose paths start where the vendor's do.
        failure: an error and the request's id in the vendor's shape, for what goes wrong around `app`.
        max_body: bytes of the largest request body that any operation takes.
        description: its OpenAPI document, for the page that people read.
    """

    app: Application
    failure: Callable[[LocalVerifyError, str], ErrorAnswer]
    max_body: int
    description: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor.

    Attributes:
        name: the folder's name and the first part of every path.
        title: as the vendor writes itself.
        credentials: what a client is given; the first field names the key in a request.
        application: ``module:function`` that takes `Services` and returns a `VendorApplication`; imported
            only when the vendor is served. Empty while only its keys can be made.
    """

    name: str
    title: str
    credentials: tuple[CredentialField, ...]
    application: str = ""

    def build(self, services: Services) -> VendorApplication:
        """Makes the vendor's API."""
        module, _, function = self.application.partition(":")
        made: VendorApplication = getattr(importlib.import_module(module), function)(services)
        return made
