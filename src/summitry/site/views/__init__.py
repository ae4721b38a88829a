"""The public's front."""

from .archive import organisation, person
from .desk import desk_new_page, desk_page, desk_pages, desk_reviewed
from .display import display
from .home import home
from .pages import documents, listing, page
from .search import search

__all__ = [
    "desk_new_page",
    "desk_page",
    "desk_pages",
    "desk_reviewed",
    "display",
    "documents",
    "home",
    "listing",
    "organisation",
    "page",
    "person",
    "search",
]
