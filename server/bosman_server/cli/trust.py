"""`bosman keys trust`: whom agents trust, and where they connect. The root key signs here and nowhere else."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_protocol.signing import SignedEnvelope, key_id_of, public_part
from bosman_protocol.trust import TrustStatement
from bosman_server.cli.installation import StateDir, fail, find_settings
from bosman_server.kit.crypto.keyring import KeyMissingError, Keyring, new_signing_key, read_signing_key
from bosman_server.kit.crypto.trust import TrustBrokenError, TrustChain, draft, publish, sign_draft
from bosman_server.kit.files import write_private

app = typer.Typer(
    help="Whom agents trust: signing keys and addresses of the bus, signed by a root key that may be kept offline.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
BusUrls = Annotated[list[str] | None, typer.Option("--bus-url", help="An address of the bus for agents (tls:// or wss://); may be repeated.")]  # fmt: skip  # noqa: E501 - one option
RootKey = Annotated[Path | None, typer.Option("--root-key", help="The root key, where it is not in the keys folder.")]
Export = Annotated[Path | None, typer.Option("--export", help="Write the statement unsigned, to be signed where the root key is.")]  # fmt: skip  # noqa: E501 - one option


@app.command("show")
def show(state_dir: StateDir = None) -> None:
    """Show the statement in force."""
    keyring = _keyring(state_dir)
    with _told():
        _print(TrustChain.load(keyring.trust_file).statement)
    typer.echo(f"Root key here: {'yes, keep it offline' if keyring.root_file.exists() else 'no'}")


@app.command("issue")
def issue(
    state_dir: StateDir = None,
    bus_urls: BusUrls = None,
    root_key: RootKey = None,
    export: Export = None,
) -> None:
    """Issue a statement with the signing keys of the keys folder; addresses stay unless they are named."""
    keyring = _keyring(state_dir)
    with _told():
        _issue(keyring, root_key, export, bus_urls=bus_urls or ())


@app.command("sign")
def sign(
    statement: Annotated[Path, typer.Argument(help="What --export wrote.")],
    signed: Annotated[Path, typer.Argument(help="Where the signed statement goes.")],
    root_key: Annotated[Path, typer.Option("--root-key", help="The root key that agents trust now.")],
    new_root_key: Annotated[
        Path | None, typer.Option("--new-root-key", help="The root key to trust from now on.")
    ] = None,
) -> None:
    """Sign an exported statement; needs nothing but the files that are named."""
    with _told():
        try:
            wanted = msgspec.json.decode(statement.read_bytes(), type=TrustStatement)
        except (OSError, msgspec.MsgspecError) as error:
            raise TrustBrokenError(f"{statement}: {error}") from error
        _print(wanted)
        new_root = read_signing_key(new_root_key) if new_root_key else None
        write_private(signed, msgspec.json.encode(_signed(wanted, read_signing_key(root_key), new_root)))
    typer.echo(f"Signed: {signed}. Put it into force with `bosman keys trust import`.")


@app.command("import")
def import_signed(
    signed: Annotated[Path, typer.Argument(help="What `sign` wrote.")], state_dir: StateDir = None
) -> None:
    """Put a statement that was signed elsewhere into force."""
    keyring = _keyring(state_dir)
    with _told():
        try:
            envelopes = msgspec.json.decode(signed.read_bytes(), type=tuple[SignedEnvelope, ...])
        except (OSError, msgspec.MsgspecError) as error:
            raise TrustBrokenError(f"{signed}: {error}") from error
        _put(keyring, envelopes)


@app.command("make-root")
def make_root(path: Annotated[Path, typer.Argument(help="Where the new root key goes.")]) -> None:
    """Make a root key, to be trusted once a statement names it."""
    _make(path)
    typer.echo(f"Root key {key_id_of(read_signing_key(path).public_key())}: {path}")


@app.command("rotate-root")
def rotate_root(
    new_root_key: Annotated[Path, typer.Option("--new-root-key", help="What `make-root` made.")],
    state_dir: StateDir = None,
    root_key: RootKey = None,
) -> None:
    """Let agents trust a new root key instead of the old one, which signs that once and is of no use afterwards."""
    keyring = _keyring(state_dir)
    with _told():
        root, new = _root(keyring, root_key), read_signing_key(new_root_key)
        _put(keyring, _signed(draft(keyring), root, new))
    typer.echo("The earlier root key signs nothing any more; remove it.")


@app.command("rotate-signing-key")
def rotate_signing_key(
    phase: Annotated[str, typer.Argument(help="prepare, switch or retire, one after another.")],
    state_dir: StateDir = None,
    root_key: RootKey = None,
    export: Export = None,
) -> None:
    """Change the key that signs work: agents trust both (prepare), workers use the new one (switch), one goes."""
    keyring = _keyring(state_dir)
    phases = {"prepare": _prepare, "switch": _switch, "retire": _retire}
    if phase not in phases:
        raise fail("Say prepare, switch or retire.")
    with _told():
        phases[phase](keyring, root_key, export)


def _prepare(keyring: Keyring, root_key: Path | None, export: Path | None) -> None:
    if keyring.retired_signing_file.exists():
        raise fail("An earlier change is not finished: rotate-signing-key retire.")
    if not keyring.next_signing_file.exists():
        _make(keyring.next_signing_file)
    _issue(keyring, root_key, export)
    typer.echo(f"Copy {keyring.next_signing_file} to every worker. When the statement is in force: switch.")


def _switch(keyring: Keyring, _root_key: Path | None, _export: Path | None) -> None:
    key_id = public_part(read_signing_key(keyring.next_signing_file)).key_id
    if all(key.key_id != key_id for key in TrustChain.load(keyring.trust_file).statement.signing_keys):
        raise fail(
            f"The next key {key_id} is not in the statement in force: prepare first, and import what was signed."
        )
    keyring.signing_file.replace(keyring.retired_signing_file)
    keyring.next_signing_file.replace(keyring.signing_file)
    typer.echo(f"Work is signed with {key_id} once every worker has this key and has been restarted. Then: retire.")


def _retire(keyring: Keyring, root_key: Path | None, export: Path | None) -> None:
    if keyring.next_signing_file.exists():
        raise fail("The new key is not in use yet: rotate-signing-key switch.")
    # The key may go before the statement is signed: nobody uses it any more.
    keyring.retired_signing_file.unlink(missing_ok=True)
    _issue(keyring, root_key, export)


def _keyring(state_dir: Path | None) -> Keyring:
    return Keyring(find_settings(state_dir).state_dir / "keys")


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong, in a sentence instead of a traceback."""
    try:
        yield
    except KeyMissingError as error:
        raise fail(
            f"{error} is missing or is no Ed25519 key. Name the root key with --root-key, or use --export."
        ) from None
    except TrustBrokenError as error:
        raise fail(f"Refused: {error}.") from None
    except OSError as error:
        raise fail(str(error)) from None


def _issue(
    keyring: Keyring,
    root_key: Path | None,
    export: Path | None,
    *,
    bus_urls: Sequence[str] = (),
) -> None:
    if export is not None:
        write_private(export, msgspec.json.encode(draft(keyring, bus_urls=bus_urls)))
        typer.echo(f"Unsigned: {export}. Sign it where the root key is: bosman keys trust sign.")
        return
    root = _root(keyring, root_key)
    wanted = draft(keyring, bus_urls=bus_urls, root=public_part(root))
    _put(keyring, _signed(wanted, root, None))


def _root(keyring: Keyring, given: Path | None) -> Ed25519PrivateKey:
    return read_signing_key(given or keyring.root_file)


def _signed(
    wanted: TrustStatement, root: Ed25519PrivateKey, new_root: Ed25519PrivateKey | None
) -> tuple[SignedEnvelope, ...]:
    """The statement; with a new root two of them: the old root names the new one, which then speaks for itself."""
    if new_root is None:
        return (sign_draft(wanted, root),)
    changed = msgspec.structs.replace(wanted, root_keys=(public_part(new_root),))
    following = msgspec.structs.replace(changed, version=changed.version + 1)
    return sign_draft(changed, root), sign_draft(following, new_root)


def _put(keyring: Keyring, envelopes: Sequence[SignedEnvelope]) -> None:
    chain = publish(keyring, envelopes)
    _print(chain.statement)
    typer.echo("Workers read it by themselves; connected agents have it within minutes.")


def _make(path: Path) -> None:
    if path.exists():
        raise fail(f"{path} is there already.")
    write_private(path, new_signing_key())


def _print(statement: TrustStatement) -> None:
    typer.echo(f"Installation: {statement.installation_id}")
    typer.echo(f"Version:      {statement.version} of {statement.issued_at.isoformat()}")
    for name, keys in (("Signing key", statement.signing_keys), ("Root key", statement.root_keys)):
        for key in keys:
            typer.echo(f"{name + ':':<13} {key.key_id}  SHA-256 {hashlib.sha256(key.public_key).hexdigest()}")
    for url in statement.bus_urls:
        typer.echo(f"Bus:          {url}")
