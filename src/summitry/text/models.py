"""What is true of texts beyond the columns in which rooms keep them."""

from .machine.models import MachineText

__all__ = ["MachineText"]
