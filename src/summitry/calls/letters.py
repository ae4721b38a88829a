"""The words of the answers: a call's own letters, or the house's where it has none. Nothing here writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from summitry.people import mail
from summitry.people.models import Institution, User
from summitry.people.queries import institution
from summitry.text import languages
from summitry.text.value import Text

from .models import Call, Decision
from .rules import Letter
from .terms import BRACES


@dataclass(frozen=True, slots=True)
class Words:
    """What a call's own letter says to one reader. note: in which language it is, where it is not hers."""

    subject: str
    body: str
    note: str
    reasoned: bool  # the reason stands in it


def written(letter: Letter, facts: Mapping[str, str], language: str) -> Words:
    """A letter of the rules for a reader: in her language, else in the one that serves her best, with a note
    of it. facts: what each placeholder stands for. What the facts say is never searched for placeholders."""
    subject, body = letter.subject.best(language), letter.body.best(language)

    def fill(words: str) -> str:
        return BRACES.sub(lambda found: facts.get(found[1], found[0]), words)

    note = ""
    if body.language != language:
        with translation.override(language):
            note = _("This letter is in another language: %(language)s.") % {
                "language": languages.local_name(body.language)
            }
    return Words(" ".join(fill(subject.value).split()), fill(body.value), note, "{reason}" in body.value)


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished letter."""

    address: str
    language: str
    subject: str
    text: str


def answer(
    call: Call,
    decision: Decision,
    user: User | None,
    *,
    sheets: Any = (),
    embargo: datetime | None = None,
    moved_up: bool = False,
    house: Institution | None = None,
) -> Answer:
    """The answer to an entry as one of its applicants gets it; without an account as a preview.

    sheets: the jurors' marks and comments that she may read. embargo: until when she tells nobody. moved_up:
    it comes from the reserve list. house: the institution, for whoever writes many. The reason is in every
    answer that has one, whatever the letter says."""
    submission, rules = decision.submission, call.rules
    language = (user.language if user else "") or settings.LANGUAGE_CODE
    with translation.override(language):
        reason = Text() if moved_up else decision.words
        tier = decision.tier_rule
        letter = (
            rules.letter(decision.tier, decision.result) if decision.tier else rules.letter(decision.result)
        )
        person = user.person if user else submission.applicant
        facts = {
            "call": call.title.best(language).value,
            "ref": submission.ref,
            "title": submission.title.best(language).value,
            "tier": tier.name.best(language).value if tier else "",
            "reason": reason.best(language).value,
            "name": person.name.best(language).value,
        }
        context = {
            "institution": house or institution(),
            "call": call,
            "submission": submission,
            "decision": decision,
            "reason": reason,
            "words": written(letter, facts, language) if letter else None,
            "sheets": sheets,
            "embargo": embargo,
            "moved_up": moved_up,
            "appeal_days": rules.appeal_days,
            "owed": rules.obligations if decision.is_accepted else (),
            "certificate": rules.certificates and decision.is_accepted and not embargo,
            "link": settings.BASE_URL + reverse("calls:submission", args=[submission.uid]),
        }
        subject, text = mail.compose("calls/answer", context, language)
    return Answer(user.email if user else "", language, subject, text)
