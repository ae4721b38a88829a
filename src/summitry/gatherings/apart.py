"""Work in a process of its own: what starts there before Django does. It imports nothing of ours at first."""

from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any


def work(module: str, function: str, job: Any, sender: Connection) -> None:
    """Sends back what a function of a module makes of the job, or the exception that it raised."""
    import django

    django.setup()
    try:
        found = getattr(import_module(module), function)(job)
    except Exception as error:
        found = error
    sender.send(found)
