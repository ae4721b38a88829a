"""The network that an address belongs to: what limits and marks are counted by."""

from ipaddress import IPv6Address, ip_address, ip_network


def network_of(address: str) -> str:
    """An IPv4 address or an IPv6 /64, which one subscriber has. Empty for an unknown address."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.is_unspecified:
        return ""
    return str(ip_network((found, 64), strict=False) if isinstance(found, IPv6Address) else found)
