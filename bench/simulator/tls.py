"""TLS for thousands of clients: one context, memory BIOs, and nothing kept per connection but the session.

The transports of asyncio and uvloop hold a context and a read buffer of 256 KiB
for each TLS connection. Here the certificate of the next device is loaded into
the one context and taken over by the session at once (OpenSSL copies it).
"""

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import cast

_READ_BYTES = 64 * 1024


class ClientTls:
    """Makes sessions with one authority and many identities."""

    def __init__(self, authority_pem: str) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._context.load_verify_locations(cadata=authority_pem)
        # The verified name comes from the address that enrolment gave.
        self._context.check_hostname = True

    def session(
        self, identity: Path, server_name: str, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO
    ) -> ssl.SSLObject:
        """A client session that will present the certificate in `identity` (key and certificate, PEM)."""
        self._context.load_cert_chain(identity)
        return self._context.wrap_bio(incoming, outgoing, server_hostname=server_name)


class TlsProtocol(asyncio.Protocol):
    """Handshakes as soon as there is a connection, then hands plain bytes to `on_data`."""

    def __init__(
        self,
        tls: ClientTls,
        identity: Path,
        server_name: str,
        *,
        on_data: Callable[[bytes], None],
        on_lost: Callable[[str], None],
    ) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._session = tls.session(identity, server_name, self._incoming, self._outgoing)
        self._on_data = on_data
        self._on_lost = on_lost
        self._transport: asyncio.Transport | None = None
        self._secured = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the handshake."""
        # uvloop's transports derive from the base class only.
        self._transport = cast("asyncio.Transport", transport)
        self._advance()

    def data_received(self, data: bytes) -> None:
        """Take ciphertext."""
        self._incoming.write(data)
        self._advance()

    def eof_received(self) -> bool:
        """Let the transport close."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell why, as far as it is known."""
        self._transport = None
        self._on_lost(str(exc) if exc else "closed by the peer")

    def write(self, data: bytes) -> None:
        """Send plain bytes; after the end they go nowhere, as on any connection."""
        if self._transport is not None and self._secured:
            self._session.write(data)
            self._flush()

    def close(self) -> None:
        """Drop the connection."""
        if self._transport is not None:
            self._transport.abort()

    def _flush(self) -> None:
        if self._transport is not None and self._outgoing.pending:
            self._transport.write(self._outgoing.read())

    def _advance(self) -> None:
        try:
            if not self._secured:
                self._session.do_handshake()
                self._secured = True
                self._flush()
            while data := self._session.read(_READ_BYTES):
                self._on_data(data)
            self.close()
        except ssl.SSLWantReadError:
            self._flush()
        except ssl.SSLError as error:
            self._flush()
            self._on_lost(f"TLS: {error.reason or error}")
            self.close()
