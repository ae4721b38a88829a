"""Where maps are counted: here, or on the Dask cluster that the setting names."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from summitry.engines.opinion.mapping import Each, here

WAIT = 20  # seconds for the cluster to answer


class ClusterError(RuntimeError):
    """The cluster that the settings name cannot be used; says why."""


@contextmanager
def machines() -> Iterator[tuple[Each, int]]:
    """What counts blocks of people, and how many count at once (1 here). The map is the same to the last bit
    wherever it is counted. Raises ClusterError."""
    if not settings.SUMMITRY_DASK:
        yield here, 1
        return
    try:
        from distributed import Client

        from summitry.engines.opinion.cluster import on
    except ImportError:
        raise ClusterError(
            "SUMMITRY_DASK names a cluster, but the package “distributed” is not installed: "
            "install summitry[cluster], or unset SUMMITRY_DASK to count on this machine."
        ) from None
    try:
        client = Client(settings.SUMMITRY_DASK, timeout=WAIT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as problem:
        raise ClusterError(
            f"The Dask cluster at {settings.SUMMITRY_DASK} (SUMMITRY_DASK) does not answer: {problem}"
        ) from problem
    with client:
        workers = len(client.scheduler_info(n_workers=-1)["workers"])
        if not workers:
            raise ClusterError(f"The Dask cluster at {settings.SUMMITRY_DASK} has no workers.")
        yield on(client), workers
