"""Letters to people: plain text, in the reader's language, sent after the transaction that wrote them."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from . import outbox
from .queries import institution

if TYPE_CHECKING:
    from .models import User


def compose(template: str, context: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Subject and text of a letter. The template's first line is the subject. Who writes many letters puts
    the institution into the context, which asks for it otherwise."""
    house = context["institution"] if "institution" in context else institution()
    name = template if template.endswith(".txt") else "{}/mail/{}.txt".format(*template.rsplit("/", 1))
    with translation.override(language):
        rendered = get_template(name).template.render(  # type: ignore[attr-defined]
            Context({"base_url": settings.BASE_URL, **context, "institution": house}, autoescape=False)
        )
    subject, _, text = rendered.lstrip().partition("\n")
    return " ".join(subject.split()), text.strip() + "\n"


def send(
    template: str, to: "User | str", context: Mapping[str, Any] | None = None, language: str | None = None
) -> None:
    """Write a letter from APP/mail/NAME.txt, given so or as "APP/NAME", and post it once the transaction
    stands.

    `to` is an account or an address; the language is the one given, else the account's, else the
    institution's first. The letter is kept sealed in the outbox within the same transaction, so a rollback
    sends nothing and a crash loses nothing.
    """
    address = to if isinstance(to, str) else to.email
    chosen = language or ("" if isinstance(to, str) else to.language) or settings.LANGUAGE_CODE
    subject, text = compose(template, context or {}, chosen)
    post(address, subject, text)


def post(address: str, subject: str, text: str) -> None:
    """Put a finished letter into the outbox; a task delivers it after commit."""
    from .tasks import deliver  # tasks are registered after the models that they need

    letter = outbox.put(address, subject, text)
    transaction.on_commit(lambda: deliver.enqueue(str(letter.uid)))


def post_all(letters: Iterable[tuple[str, str, str]]) -> int:
    """Put many finished letters, each (address, subject, text), into the outbox; one task hands them out
    after commit. How many."""
    from .tasks import deliver_all

    uids = [str(one.uid) for one in outbox.put_all(letters)]
    if uids:
        transaction.on_commit(lambda: deliver_all.enqueue(uids))
    return len(uids)
