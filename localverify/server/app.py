"""The application: one sub-application a vendor, and the pages for the operator."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from localverify.server.guard import Guard
from localverify.server.health import Health
from localverify.server.limits import RateLimits
from localverify.server.logs import make_log
from localverify.server.metrics import Metrics
from localverify.server.reference import Reference
from localverify.store.store import Store
from localverify.vendors.base.services import Services
from localverify.vendors.registry import all_vendors
from localverify.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from structlog.typing import FilteringBoundLogger

    from localverify.config import Settings

# Uploads hash and write outside Python's lock, so a few more threads than processors keep the disk busy; beyond
# that they only wait for the lock.
_DISK_THREADS = 4


def create_app(settings: Settings, log: FilteringBoundLogger | None = None) -> Starlette:
    """The server's ASGI application.

    The store is opened and the nets are loaded and warmed before this returns: what is wrong with them is
    heard at once, and who can connect finds a server that is ready.

    Args:
        settings: everything that can be set.
        log: where to write a line a request; None writes JSON to stderr.

    Raises:
        NotReady: the data folder, the weights or the device cannot be used.
    """
    log = log or make_log()
    store = Store(settings.server.data, settings.server.durable)
    verifier = Verifier(settings)
    verifier.warm_up()
    metrics = Metrics()
    compute = ThreadPoolExecutor(verifier.toolbox.runtime.threads, "compute")
    disk = ThreadPoolExecutor(_DISK_THREADS, "disk")

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        compute.shutdown(cancel_futures=True)
        disk.shutdown()
        verifier.close()
        store.close()

    app = Starlette(routes=Health(store, metrics).routes(), lifespan=lifespan)
    rates = RateLimits()
    for vendor in all_vendors().values():
        own = settings.vendor(vendor.name)
        if not (vendor.application and own.enabled):
            continue
        allow = partial(_allow, rates, vendor.name, own.requests_per_minute)
        services = Services(vendor.name, own, verifier, store, allow, compute, disk)
        built = vendor.build(services)
        guard = Guard(vendor.name, built, settings.server.deadline_s, log, metrics)
        page = Reference(vendor.title, f"/{vendor.name}", built.description)
        app.router.routes += [Route(f"/docs/{vendor.name}", page.show), Mount(f"/{vendor.name}", guard)]
    return app


def _allow(rates: RateLimits, vendor: str, per_minute: int, identifier: str) -> bool:
    return rates.allow(vendor, identifier, per_minute)
