"""The form by which a file comes in. Nothing is saved here."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from summitry.people.forms.files import FormatFileForm
from summitry.text import languages

from . import formats
from .models import Version


class FileForm(FormatFileForm):
    """A text as a file, and the language of its words where it names none."""

    language = forms.ChoiceField(
        label=_("Language of its words"),
        help_text=_("A file with several languages side by side names them itself."),
    )
    field_order = ("file", "language", "format")

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = version.document.languages[version.is_public :]  # what is published keeps its source words
        self.offer("language", [(code, languages.local_name(code)) for code in codes])

    def readers(self) -> Iterable[formats.Format]:
        return formats.readers()
