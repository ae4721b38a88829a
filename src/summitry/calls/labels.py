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
    "cap_per_person.most": _("Entries, at most"),
    "cap_per_organisation.most": _("Entries, at most"),
    "organisation_kind.among": _("Kinds of organisations that may apply"),
    "country.among": _("Countries and areas that may apply"),
    "country.except": _("Countries and areas that may not apply"),
    "organisation_age.years": _("Founded at most so many years ago"),
    "organisation_age.least": _("Founded at least so many years ago"),
    "after": _("Not before the day (year-month-day)"),
    "before": _("Not after the day (year-month-day)"),
    "max_bytes": _("Size of one file, at most (bytes)"),
    "extensions": _("Kinds of file, by the ending of their names, with commas"),
    "currency": _("Currency, as a code of three letters"),
    "total": _("The sum is at most"),
    "ask": _("Parts that must be given, with commas"),
    "per_entry": _("Jurors for each entry"),
    "pairwise.per_entry": _("Comparisons of each entry, at least"),
    "comment": _("A comment is needed with the marks"),
    "most": _("Entries for each juror, at most"),
    "keep": _("Go on to the next stage: so many of the best"),
    "calibrated": _("The order allows for how severe each juror is"),
    "languages": _("Only jurors who read its language get an entry"),
    "regions": _("Jurors of an entry from one region, at most"),
    "choices": _("Votes of each account"),
    "account_days": _("Days that an account must be old when the vote opens"),
    "per_origin": _("Accounts of one network that vote within an hour, at most"),
    "seats": _("Places that the count fills"),
    "rank.least": _("Entries that a ranking names, at least"),
    "embargo": _("Applicants are told before the results are public"),
    "required": _("Who does not send what is asked is out"),
    "edit": _("A merged entry may be revised until the stage closes"),
    "days": _("Days within which everybody may object, at least"),
    "members": _("Only members’ delegates may object"),
    "named": _("The applicant is told who objects"),
    "minutes": _("Minutes for each entry on stage"),
}

LETTER_LABELS: Mapping[str, Any] = {
    "accepted": pgettext_lazy("letter", "everybody who is accepted"),
    "reserve": pgettext_lazy("letter", "those who wait for a place"),
    "rejected": pgettext_lazy("letter", "those who are not accepted"),
}


def option_label(kind: str, name: str) -> Any:
    """What an option of a kind is called: words of its own ("cap_per_person.most"), else those that all
    share."""
    return OPTION_LABELS.get(f"{kind}.{name}", OPTION_LABELS.get(name, name))


ROLE_LABELS: Mapping[str, Any] = {
    "title": pgettext_lazy("use of an answer", "title"),
    "summary": pgettext_lazy("use of an answer", "summary"),
    "body": pgettext_lazy("use of an answer", "description"),
    "country": pgettext_lazy("use of an answer", "country or area"),
    "region": pgettext_lazy("use of an answer", "region"),
    "language": pgettext_lazy("use of an answer", "language"),
    "founded": pgettext_lazy("use of an answer", "when the organisation was founded"),
    "field": pgettext_lazy("use of an answer", "field of practice"),
    "speakers": pgettext_lazy("use of an answer", "speakers"),
    "duration": pgettext_lazy("use of an answer", "duration"),
    "format": pgettext_lazy("use of an answer", "format"),
    "website": pgettext_lazy("use of an answer", "website"),
}


def role_label(role: str) -> Any:
    """What the use of an answer is called; the role itself where rooms above have made their own."""
    return ROLE_LABELS.get(role, role)
