"""A file in one of the formats that a room reads."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class FormatFileForm(forms.Form):
    """The file, and its format if that is not to be told by the file itself. Nothing is read here.

    Subclasses say in `readers` which formats there are: things with key, name, extension and media_type."""

    file = forms.FileField(label=_("File"))
    format = forms.ChoiceField(label=_("Format"), required=False)

    def readers(self) -> Iterable[Any]:
        """The formats that are offered."""
        return ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        readers = list(self.readers())
        accepted = [one for reader in readers for one in (f".{reader.extension}", reader.media_type)]
        self.fields["file"].widget.attrs["accept"] = ",".join(dict.fromkeys(accepted))
        self.offer("format", [("", _("Told by the file itself")), *((one.key, one.name) for one in readers)])

    def offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """What can be chosen in a field."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (declared by the form)
        field.choices = choices

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise ValidationError(
                _("The file has %(size)s bytes; at most %(most)s are taken."),
                params={"size": f"{file.size:,}", "most": f"{settings.UPLOAD_MAX_BYTES:,}"},
            )
        return file
