"""What the acts of calls share: locks, words, the open stage, letters."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from summitry.people import mail
from summitry.people.models import Role, User
from summitry.people.queries import acting_as
from summitry.record.act import Stale
from summitry.text import languages
from summitry.text.value import Text

from ..models import Call, StageRun, Submission
from ..models.call import allowing

MANAGERS = (Role.CALL_MANAGER, Role.SECRETARIAT)


def lock[M: models.Model](thing: M) -> M:
    """The thing as it stands now, held until the act ends."""
    return type(thing)._default_manager.select_for_update(of=("self",)).get(pk=thing.pk)


def lock_submission(submission: Submission) -> Submission:
    """A submission and its call, both held; the call first, as every act does, so that no two wait for each
    other."""
    call = lock(submission.call)
    found = lock(submission)
    found.call = call
    return found


def check_version(seen: int | None, stands: int) -> None:
    """Raises Stale unless what the person saw is what stands; None does not ask."""
    if seen is not None and seen != stands:
        raise Stale


def as_text(words: Text | str | None) -> Text:
    """A reason or comment as a Text: plain words are in the language that their writer is reading."""
    if isinstance(words, Text):
        return words
    return Text.of((words or "").strip(), languages.current())


def check_length(words: Text, field: str, most: int) -> None:
    """Raises ValidationError under this field for words of a language that are too long."""
    for code, one in words.values.items():
        if len(one) > most:
            raise ValidationError(
                {
                    field: _("%(language)s: at most %(most)d characters; this has %(count)d.")
                    % {"language": languages.local_name(code), "most": most, "count": len(one)}
                }
            )


def check_enterable(words: Text, field: str) -> None:
    """Raises ValidationError under this field for words with an e-mail address: they enter the record."""
    if any("@" in one for one in words.values.values()):
        raise ValidationError(
            {
                field: _(
                    "Leave e-mail addresses out: this goes into the record, from where nothing can be taken."
                )
            }
        )


def open_stage_for(call: Call, deed: str) -> StageRun:
    """The open stage in which this deed is done. Raises ValidationError."""
    found = allowing(call.stages.all(), deed)
    if found is None:
        raise ValidationError(_("No stage of this call in which this is done is open now."), code="stage")
    found.call = call
    return found


def manager_of(actor: User | None, call: Call) -> str:
    """The role in which this person runs the call; the operator’s at the command line."""
    return acting_as(actor, call, *MANAGERS)


def link(language: str, name: str, *args: Any) -> str:
    """The full address of a page, in a language."""
    with translation.override(language):
        return settings.BASE_URL + reverse(name, args=args)


def letter(template: str, to: "User | str", context: Mapping[str, Any], page: str, *args: Any) -> None:
    """A letter with the address of the page that it is about, in its reader's language."""
    language = (to.language if isinstance(to, User) else "") or settings.LANGUAGE_CODE
    mail.send(f"calls/{template}", to, {**context, "link": link(language, page, *args)}, language)


def applicants(submission: Submission) -> list[User]:
    """The accounts behind a submission: the applicant and the co-applicants who have agreed."""
    found = [submission.applicant.user]
    found += [one.person.user for one in submission.co_applicants.all() if one.is_confirmed and one.person]
    return [user for user in found if user is not None and user.is_active]
