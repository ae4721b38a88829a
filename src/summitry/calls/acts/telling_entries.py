"""Letters to those behind entries while a call is being judged."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from summitry.people import mail

from ..models import StageRun, Submission
from .common import applicants, link


def behind(entries: Any) -> list[Submission]:
    """Entries with the accounts behind them. Three queries."""
    found = entries.select_related("applicant__user").prefetch_related("co_applicants__person__user")
    return list(found.order_by("number"))


def tell(
    run: StageRun,
    entries: Iterable[Submission],
    template: str,
    page: str,
    more: Mapping[str, Any] | None = None,
    once: bool = False,
) -> int:
    """Write to everybody behind these entries, each in her language, with the address of her page of this
    stage (by entry and stage); `once`: one letter to each, and not one an entry. Within an act. How many
    letters go."""
    told: set[int] = set()

    def letters() -> Any:
        for entry in entries:
            entry.call = run.call
            for user in applicants(entry):
                if once and user.pk in told:
                    continue
                told.add(user.pk)
                language = user.language or settings.LANGUAGE_CODE
                context = {
                    "call": run.call,
                    "stage": run.rule,
                    "closes": run.closes_at,
                    "submission": entry,
                    "link": link(language, page, entry.uid, run.key),
                    **(more or {}),
                }
                yield (user.email, *mail.compose(f"calls/{template}", context, language))

    return mail.post_all(letters())


def tell_running(run: StageRun, template: str, page: str) -> int:
    """The same to everybody behind an entry in the running."""
    return tell(run, behind(run.call.submissions.in_the_running()), template, page)
