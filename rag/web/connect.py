"""A host in, a connection to an address of it that was checked out.

The address that is checked is the one that is connected to, so a name whose address changes in between gains nothing.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import httpcore

from rag.errors import InputError
from rag.web.address import Address, Allow, Resolve

# Of a host with many addresses, so many are tried.
MAX_ADDRESSES = 4


class UnreachableError(InputError):
    """Nothing usable came: no connection, no whole answer in time, too much of it, or not HTTP."""


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Says where a connection may go: `resolve` finds the addresses of a host, `allow` decides on each."""

    allow: Allow
    resolve: Resolve

    def addresses(self, host: str, port: int) -> list[Address]:
        """List the addresses of a host. If one of them may not be connected to, none may.

        Raises:
            InputError: an address is not allowed.
            UnreachableError: there is no such host.
        """
        try:
            found = [ip_address(address) for address in self.resolve(host, port)]
        except (OSError, ValueError) as error:
            raise UnreachableError(f"no host {host} is found ({error}); check the address and the connection") from error
        for address in found:
            if not self.allow(address):
                raise InputError(f"{host} is {address}, which is not on the public internet; save the page as a file instead")
        return found[:MAX_ADDRESSES]


class CheckedBackend(httpcore.NetworkBackend):
    """Connects for one request, and ends whatever lasts beyond `until` (of time.monotonic)."""

    def __init__(self, door: Doorkeeper, until: float, connect_s: float) -> None:
        self._door = door
        self._until = until
        self._connect_s = connect_s

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of the host that answers."""
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._door.addresses(host, port):
            seconds = min(self._connect_s, _left(self._until))
            try:
                stream = httpcore.SyncBackend().connect_tcp(str(address), port, seconds, local_address, socket_options)
                return _Timed(stream, self._until)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _Timed(httpcore.NetworkStream):
    """A connection with one time limit for everything: a limit for each read alone lets a server drip for ever."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._until))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, _left(self._until)), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(until: float) -> float:
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return seconds
