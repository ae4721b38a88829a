"""What is true of documents."""

from .adopting import Adoption, Objection, Position
from .consulting import Amendment, Comment, Contribution, Report, Said, Support
from .reading import Reader
from .signing import FullPowers, Signature
from .texts import LONGEST, Document, Provision, Version, mark_of

__all__ = [
    "LONGEST",
    "Adoption",
    "Amendment",
    "Comment",
    "Contribution",
    "Document",
    "FullPowers",
    "Objection",
    "Position",
    "Provision",
    "Reader",
    "Report",
    "Said",
    "Signature",
    "Support",
    "Version",
    "mark_of",
]
