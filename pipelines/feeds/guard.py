"""Which addresses may be reached: public ones, checked after resolution and before connecting, on every hop.

A feed's redirect, or a name that suddenly resolves elsewhere, must not reach into the network that Démarche
runs in. The connection goes to the very address that was checked.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable

import anyio
import httpcore


class AddressRefused(Exception):
    """A host resolves to an address that may not be reached."""


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """httpcore's network, reaching only public addresses and the allowed ones (tests, an own mirror)."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = frozenset(ipaddress.ip_address(address) for address in allowed)
        self._network = httpcore.AnyIOBackend()

    def permits(self, address: str) -> bool:
        """Whether an IP address may be reached."""
        ip = ipaddress.ip_address(address.partition("%")[0])
        ip = getattr(ip, "ipv4_mapped", None) or ip
        return ip in self._allowed or (ip.is_global and not ip.is_multicast)

    async def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        with anyio.fail_after(timeout) as scope:
            try:
                found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError) as error:
                raise httpcore.ConnectError(f"{host} cannot be resolved: {error}") from error
            except TimeoutError as error:
                raise httpcore.ConnectTimeout(f"{host} was not resolved in time") from error
        addresses = list(dict.fromkeys(entry[4][0] for entry in found))
        if refused := [address for address in addresses if not self.permits(address)]:
            raise AddressRefused(
                f"{host} is at {refused[0]}, which is not on the public network; DEMARCHE_ALLOW_ADDRESSES allows it"
            )
        left = None if timeout is None else max(0.1, scope.deadline - anyio.current_time())
        for address in addresses:
            try:
                return await self._network.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if address == addresses[-1]:
                    raise
        raise httpcore.ConnectError(f"{host} has no address")

    async def connect_unix_socket(self, path, timeout=None, socket_options=None):
        raise AddressRefused("sockets of this machine are not reached")

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)
