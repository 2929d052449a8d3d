"""`localverify keys create | list | revoke`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from localverify.cli.output import ConfigOption, DataOption, JsonOption, emit

if TYPE_CHECKING:
    from pathlib import Path

    from localverify.store.records import Key
    from localverify.store.store import Store

VendorArgument = Annotated[str, typer.Argument(help="Name of a vendor: trustvision, zignsec ...")]


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    group = typer.Typer(help="Credentials of the clients that may call the server.", no_args_is_help=True)
    group.command("create")(create)
    group.command("list")(list_keys)
    group.command("revoke")(revoke)
    app.add_typer(group, name="keys")


def create(
    vendor: VendorArgument,
    client: Annotated[
        str, typer.Option(help="Who gets it: keys of one client see the same data. Left out: a client of its own.")
    ] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Make credentials; a running server on the same data folder accepts them at once."""
    import uuid

    from localverify.vendors.registry import find_vendor

    fields = find_vendor(vendor).credentials
    secrets = {field.name: field.make() for field in fields}
    store = open_store(data_folder(data, config))
    store.add_key(vendor, secrets[fields[0].name], client or str(uuid.uuid4()), secrets)
    store.close()
    emit(secrets, as_json, (f"{name}: {value}" for name, value in secrets.items()))


def list_keys(data: DataOption = None, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Every key without its secret parts."""
    store = open_store(existing_folder(data, config))
    for key in store.list_keys():
        emit(_to_json(key), as_json, (_to_line(key),))
    store.close()


def revoke(
    vendor: VendorArgument,
    identifier: Annotated[str, typer.Argument(help="The key's access_key, api_key or app, or its beginning.")],
    data: DataOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """End a key at once."""
    store = open_store(existing_folder(data, config))
    shown = _shown(store.revoke_key(vendor, identifier))
    store.close()
    emit({"vendor": vendor, "identifier": shown, "revoked": True}, as_json, (f"revoked {shown}",))


def data_folder(data: str | None, config: Path | None) -> Path:
    """The folder that the command line or the settings name."""
    from pathlib import Path

    from localverify.config import load_settings

    return Path(data or load_settings(config).server.data)


def existing_folder(data: str | None, config: Path | None) -> Path:
    """The same, when it holds a database: a typing error must not make a new one.

    Raises:
        NotFound: it holds none.
    """
    from localverify.errors import NotFound
    from localverify.store.database import FILE

    folder = data_folder(data, config)
    if not (folder / FILE).is_file():
        raise NotFound(f"{folder} is not a data folder: it has no {FILE}", field="data")
    return folder


def open_store(folder: Path) -> Store:
    """The store in a folder, which is made when it is missing."""
    from localverify.store.store import Store

    return Store(folder)


def _shown(key: Key) -> str:
    """The identifier, or the beginning of one that is a secret in itself."""
    from localverify.vendors.registry import find_vendor

    return key.identifier if find_vendor(key.vendor).credentials[0].kind == "uuid" else f"{key.identifier[:8]}…"


def _to_json(key: Key) -> dict[str, Any]:
    return {
        "vendor": key.vendor,
        "identifier": _shown(key),
        "client": key.client,
        "created": _day(key.created),
        "revoked": None if key.revoked is None else _day(key.revoked),
    }


def _to_line(key: Key) -> str:
    state = "valid" if key.revoked is None else f"revoked {_day(key.revoked)}"
    return f"{key.vendor}  {_shown(key)}  client {key.client}  {_day(key.created)}  {state}"


def _day(moment: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
