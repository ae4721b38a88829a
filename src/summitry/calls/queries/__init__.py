"""What may be asked about calls."""

from .waiting import waiting

__all__ = ["waiting"]
