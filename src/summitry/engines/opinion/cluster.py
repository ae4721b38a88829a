"""The same map, counted on a Dask cluster. Needs the package `distributed`, which is an optional extra."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from .mapping import Each

if TYPE_CHECKING:
    from distributed import Client


def on(client: "Client") -> Each:
    """Each on the workers of this cluster; what they return is gathered in the order of the things.

    Raises what the function raises, or the client's own error if the cluster is lost.
    """

    def each(function: Callable[..., Any], /, *things: Iterable[Any]) -> Iterable[Any]:
        found: list[Any] = client.gather(client.map(function, *(list(one) for one in things), pure=False))
        return found

    return each
