"""Ways past Django for requests that come in thousands and are all alike."""

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from .asked import Request


class Lane(Protocol):
    """Takes requests of one kind at the porch, in its loop. It has to do what the view of their address does,
    by the same functions, and only what is plain and is granted: whatever it leaves goes on to Django, which
    says why."""

    def wants(self, request: Request) -> bool:
        """Whether this may be one of its kind, by its head; its body, which is waited for, is short."""

    async def answer(self, request: Request, body: bytes, visitor: str) -> list[tuple[str, str]] | None:
        """Where it leads the visitor: the headers of a 302 without a body. None: Django is to answer.

        request: as WSGI has it, with the names of all headers beginning with HTTP_. visitor: whose address
        the connection has.
        """


def load() -> list[Lane]:
    """Those that the settings name."""
    return [import_string(path)() for path in settings.KEPT_LANES]
