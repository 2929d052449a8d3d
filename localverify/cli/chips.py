"""`localverify verify-chip` and `localverify trust`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from localverify.cli.output import (
    EXIT_BAD_INPUT,
    EXIT_NEGATIVE,
    EXIT_PASS,
    ConfigOption,
    JsonOption,
    complain,
    emit,
)
from localverify.errors import InputError, LocalVerifyError

if TYPE_CHECKING:
    from localverify.store.trust import TrustEntry, TrustStore
    from localverify.verify.chips import ChipResult

StoreOption = Annotated[
    Path | None,
    typer.Option("--store", help="Folder of the trust store; else the settings' chips.trust."),
]
DataOption = Annotated[
    Path | None, typer.Option("--data", help="Data folder, whose folder trust is the store; else the settings'.")
]

trust = typer.Typer(
    name="trust", help="Whom to trust for chips: authorities and revocation lists.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    app.command("verify-chip")(verify_chip)
    app.add_typer(trust)


def verify_chip(  # noqa: PLR0917 - one parameter an option
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Folders with the files of one chip each.")],
    trusted: Annotated[
        list[Path] | None, typer.Option("--trust", help="Trust these files instead of the store; repeatable.")
    ] = None,
    face: Annotated[
        Path | None, typer.Option("--face", help="Write the portrait there, as JPEG or PNG by its suffix.")
    ] = None,
    store: StoreOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Verify the files of passports' and identity cards' chips, offline."""
    from localverify.documents.lds.files import read_folder
    from localverify.verify.chips import ChipVerb, Verdict
    from localverify.verify.trust import TrustVerb, load_anchors

    if face is not None and len(folders) > 1:
        raise InputError("--face takes the portrait of one folder; give one folder", field="face")
    if trusted:
        anchors, passed_over = load_anchors(trusted)
        for line in passed_over:
            complain(InputError(line))
    else:
        anchors = TrustVerb(_store(store, data, config)).anchors()
    verb = ChipVerb(anchors)
    status = EXIT_PASS
    for folder in folders:
        try:
            result = verb.verify(read_folder(folder))
            written = _write_face(result, face) if face is not None else None
        except LocalVerifyError as error:
            complain(error, str(folder))
            status = max(status, EXIT_BAD_INPUT)
            continue
        status = max(status, EXIT_PASS if result.verdict is Verdict.GOOD else EXIT_NEGATIVE)
        emit(_to_json(folder, result, written), as_json, _lines(folder, result))
    raise typer.Exit(status)


@trust.command("add")
def trust_add(  # noqa: PLR0917 - one parameter an option
    files: Annotated[list[Path], typer.Argument(help="Master lists, certificates (PEM, DER), CRLs, or folders.")],
    root: Annotated[
        Path | None, typer.Option("--root", help="Authority that the signer of every master list has to end at.")
    ] = None,
    store: StoreOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Trust the authorities of these files; bad certificates are told and passed over."""
    from localverify.verify.trust import TrustVerb

    added = TrustVerb(_store(store, data, config)).add(files, root)
    for line in added.passed_over:
        complain(InputError(line))
    record = {"added": added.new, "known": added.known, "passed_over": list(added.passed_over)}
    emit(record, as_json, [f"{added.new} added, {added.known} known, {len(added.passed_over)} passed over"])
    raise typer.Exit(EXIT_PASS if added.new + added.known else EXIT_NEGATIVE)


@trust.command("list")
def trust_list(
    store: StoreOption = None, data: DataOption = None, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """Show who is trusted, and on whose word."""
    for entry in _store(store, data, config).entries():
        emit(
            {
                "id": entry.sha256,
                "kind": entry.kind,
                "subject": entry.subject,
                "source": entry.source,
                "vouched_by": entry.vouched_by,
                "added_at": entry.added_at,
            },
            as_json,
            [_entry_line(entry)],
        )


@trust.command("remove")
def trust_remove(
    names: Annotated[list[str], typer.Argument(help="Ids (their first 8 digits or more), or names of added files.")],
    store: StoreOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Trust these no longer."""
    kept = _store(store, data, config)
    counts = {name: kept.remove(name) for name in names}
    for name, count in counts.items():
        emit({"name": name, "removed": count}, as_json, [f"{name}: {count} removed"])
    raise typer.Exit(EXIT_PASS if all(counts.values()) else EXIT_NEGATIVE)


def _store(folder: Path | None, data: Path | None, config: Path | None) -> TrustStore:
    from localverify.config import load_settings
    from localverify.store.trust import TrustStore

    return TrustStore(folder or (data / "trust" if data else load_settings(config).trust_folder))


def _entry_line(entry: TrustEntry) -> str:
    return f"{entry.sha256[:16]}  {entry.kind:11}  {entry.subject}  ({entry.source}, by {entry.vouched_by})"


def _write_face(result: ChipResult, target: Path) -> str | None:
    from localverify.imaging.decode import encode_jpeg, encode_png
    from localverify.verify.chips import decode_picture

    if result.document.face is None:
        return None
    pixels = decode_picture(result.document.face).pixels
    try:
        target.write_bytes(encode_png(pixels) if target.suffix.lower() == ".png" else encode_jpeg(pixels, 95))
    except OSError as error:
        raise InputError(f"cannot write {target}: {error.strerror}", field="face") from error
    return str(target)


def _to_json(folder: Path, result: ChipResult, written: str | None) -> dict[str, Any]:
    face = result.document.face
    signature, chain = result.verdict_of("signature"), result.verdict_of("chain")
    return {
        "dir": str(folder),
        "signature": "bad" if signature == "alert" else str(signature),
        "chain": "bad" if chain == "alert" else str(chain),
        "data_groups": {f"DG{number}": str(state) for number, state in result.data_groups.items()},
        "verdict": str(result.verdict),
        "reasons": list(result.reasons),
        "fields": result.document.fields,
        "face": None if face is None else {"format": face.format, "bytes": len(face.data), "file": written},
        "signer": None if result.signer is None else _signer(result),
        "revocation": str(result.revocation),
        "active_authentication": "not_check",
        "chip_authentication": "not_check",
        "unreadable": [f"DG{number}" for number in result.document.unreadable],
    }


def _signer(result: ChipResult) -> dict[str, Any]:
    signer, authority = result.signer, result.authority
    return {
        "country": signer.issuer.country if signer else "",
        "subject": str(signer.subject) if signer else "",
        "key": signer.key.name if signer else "",
        "authority": str(authority.subject) if authority else None,
    }


def _lines(folder: Path, result: ChipResult) -> list[str]:
    groups = ", ".join(f"DG{number} {state}" for number, state in result.data_groups.items())
    reasons = f" ({', '.join(result.reasons)})" if result.reasons else ""
    fields = [
        f"  {group} {name}: {text}" for group, part in result.document.fields.items() for name, text in part.items()
    ]
    return [f"{folder}: {result.verdict}{reasons}", f"  {groups}", *fields]
