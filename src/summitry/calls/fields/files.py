"""Files. The answer is a list of the uids of the submission's uploads."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..codec import Problem
from ..rules import Field
from .base import Context, FieldKind, Shown, is_blank, register


@register
class Files(FieldKind):
    """Options: `max` files (1), `max_bytes` of each, `extensions` without a dot. What is in a file is
    checked when it arrives; here only that the files are this submission's and for this field. The value is
    a list of uploads."""

    key = "files"
    label = gettext_lazy("files")
    holds_files = True
    options = {"min": int, "max": int, "max_bytes": int, "extensions": list}

    def problems(self, field: Field, path: str) -> Iterator[Problem]:
        yield from super().problems(field, path)
        for one in field.option("extensions", []) or []:
            if not isinstance(one, str) or not one.isalnum():
                yield Problem(
                    f"{path}.options.extensions", _("must be endings without a dot, for instance pdf")
                )
        for name in ("max", "max_bytes"):
            if isinstance(field.option(name), int) and field.option(name) < 1:
                yield Problem(f"{path}.options.{name}", _("must be at least 1"))

        least, most = field.option("min"), field.option("max", 1)
        if "max" not in field.options and isinstance(least, int) and least > most:
            yield Problem(
                f"{path}.options.min", _("%(low)s is more than %(high)s") % {"low": least, "high": most}
            )

    def clean(self, field: Field, raw: Any, context: Context) -> Any:
        if is_blank(raw):
            return None
        if not isinstance(raw, list | tuple):
            raise self.wrong()
        kept = list(dict.fromkeys(str(one) for one in raw))
        for uid in kept:
            if uid not in context.uploads or context.uploads[uid].field != field.key:
                raise ValidationError(_("A file is missing. Please upload it again."), code="missing")
        most = field.option("max", 1)
        if len(kept) > most:
            raise ValidationError(
                ngettext("At most %(count)d file.", "At most %(count)d files.", most) % {"count": most},
                code="max",
            )
        least = field.option("min", 0)
        if len(kept) < least:
            raise ValidationError(
                ngettext("At least %(count)d file.", "At least %(count)d files.", least) % {"count": least},
                code="min",
            )
        return kept

    def made_up(self, field: Field, context: Context) -> list[str]:
        """Of what was uploaded to it: a file cannot be made up."""
        own = [uid for uid, one in context.uploads.items() if one.field == field.key]
        return own[: field.option("max", 1)]

    def value(self, field: Field, stored: Any, context: Context) -> list[Any]:
        return [context.uploads[uid] for uid in stored if uid in context.uploads]

    def show(self, field: Field, stored: Any, context: Context) -> Shown:
        return Shown("files", tuple(self.value(field, stored, context)))

    def public(self, field: Field, stored: Any, context: Context) -> Any:
        return [
            {"name": one.name, "bytes": one.size, "sha256": one.digest}
            for one in self.value(field, stored, context)
        ]
