"""What the options of kinds and the uses of answers are called. A test keeps it complete."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

OPTION_LABELS: Mapping[str, Any] = {
    "max_chars": _("At most so many characters"),
    "max_words": _("At most so many words"),
    "min_words": _("At least so many words"),
    "min": _("At least"),
    "max": _("At most"),
    "must": _("Only “I agree” lets it be sent"),
    "decimals": _("Decimals"),
    "after": _("Not before the day (year-month-day)"),
    "before": _("Not after the day (year-month-day)"),
    "max_bytes": _("Size of one file, at most (bytes)"),
    "extensions": _("Kinds of file, by the ending of their names, with commas"),
    "ask": _("Parts that must be given, with commas"),
    "per_entry": _("Jurors for each entry"),
    "comment": _("A comment is needed with the marks"),
    "most": _("Entries for each juror, at most"),
}

ROLE_LABELS: Mapping[str, Any] = {
    "title": pgettext_lazy("use of an answer", "title"),
    "summary": pgettext_lazy("use of an answer", "summary"),
    "body": pgettext_lazy("use of an answer", "description"),
    "country": pgettext_lazy("use of an answer", "country or area"),
    "region": pgettext_lazy("use of an answer", "region"),
    "language": pgettext_lazy("use of an answer", "language"),
    "field": pgettext_lazy("use of an answer", "field of practice"),
    "speakers": pgettext_lazy("use of an answer", "speakers"),
    "duration": pgettext_lazy("use of an answer", "duration"),
    "format": pgettext_lazy("use of an answer", "format"),
    "website": pgettext_lazy("use of an answer", "website"),
}
