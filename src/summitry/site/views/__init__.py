"""The public's front."""

from .pages import home, page

__all__ = ["home", "page"]
