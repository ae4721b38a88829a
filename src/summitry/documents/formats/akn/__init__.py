"""Akoma Ntoso 3.0, the standard of OASIS LegalDocML: one language a file.

An address that survives renumbering is the `wId` of its element, as the standard has it; `eId` says where the
element stands in this version.
"""

from django.utils.translation import gettext_lazy as _

from ..base import Format, register
from .read import read
from .schema import NAMESPACE
from .write import write

register(
    Format(
        key="akn",
        name="Akoma Ntoso",
        about=_("XML of parliaments and law collections; one language a file"),
        media_type="application/akn+xml",
        extension="akn.xml",
        read=read,
        recognises=lambda data: NAMESPACE.encode() in data[:4096] or b"akomaNtoso" in data[:4096],
        write=write,
        place=15,
    )
)
