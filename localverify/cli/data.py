"""`localverify data purge | stats | upgrade`."""

from __future__ import annotations

import typer

from localverify.cli.keys import existing_folder, open_store
from localverify.cli.output import ConfigOption, DataOption, JsonOption, emit


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    group = typer.Typer(help="What the server keeps.", no_args_is_help=True)
    group.command("purge")(purge)
    group.command("stats")(stats)
    group.command("upgrade")(upgrade)
    app.add_typer(group, name="data")


def purge(data: DataOption = None, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Delete what is older than each vendor's retention_days, really; a server may be running."""
    from localverify.config import load_settings
    from localverify.store.retention import purge as delete_old

    settings = load_settings(config)
    store = open_store(existing_folder(data, config))
    purged = delete_old(store, lambda vendor: settings.vendor(vendor).retention_days)
    store.close()
    rows = ", ".join(f"{count} {name}" for name, count in purged.rows.items())
    emit(
        {"rows": purged.rows, "files": purged.files, "bytes": purged.bytes},
        as_json,
        (f"deleted {rows} and {purged.files} files ({purged.bytes} bytes)",),
    )


def stats(data: DataOption = None, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Count what is kept."""
    from localverify.store.retention import statistics

    store = open_store(existing_folder(data, config))
    found = statistics(store)
    store.close()
    emit(found, as_json, (f"{table}: {counts or 'none'}" for table, counts in found.items()))


def upgrade(data: DataOption = None, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Bring an older database to this version's schema. Stop the server and copy the folder first."""
    from localverify.store.database import FILE, Database

    before, after = Database(existing_folder(data, config) / FILE).upgrade()
    emit({"before": before, "after": after}, as_json, (f"schema {before} -> {after}",))
