"""Summitry: runs an international summit and the permanent institution behind it."""

__version__ = "0.1.0"
