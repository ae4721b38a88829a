"""Polis' own exports: read and written. Columns as in its open data."""

from .read import Export, PolisError, read
from .write import FILES, written

__all__ = ["FILES", "Export", "PolisError", "read", "written"]
