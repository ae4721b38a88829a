"""DOCX, the files of Word and LibreOffice (ECMA-376): one language, or several side by side in a table.

What of our own must come back is written in the file's own terms, so that an editor keeps it: an address is a
bookmark, a number and a language are character styles.
"""

from django.utils.translation import gettext_lazy as _

from ..base import Format, register
from .read import read
from .write import write

OLD = bytes.fromhex("d0cf11e0a1b11ae1")  # a file of Word before 2007, or an encrypted one

register(
    Format(
        key="docx",
        name="DOCX",
        about=_("for Word and LibreOffice; one language, or several side by side"),
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        extension="docx",
        read=read,
        recognises=lambda data: data.startswith((b"PK", OLD)),
        write=write,
        several=6,
        place=10,
    )
)
