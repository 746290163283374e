"""Maps the address of a client to the network by which clients are counted and limited."""

from ipaddress import ip_address, ip_network


def network_of(address: str) -> str:
    """Return the address by which a client is counted: of IPv6 its network (RFC 6177)."""
    # A client with one IPv6 address has the 2**64 of its network.
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:  # noqa: PLR2004 - the protocol's version
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((int(parsed), 64), strict=False))
