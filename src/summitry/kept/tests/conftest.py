from .porches import kept_dir, port, shelf, taking

__all__ = ["kept_dir", "port", "shelf", "taking"]
