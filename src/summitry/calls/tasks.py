"""What happens later in calls. Thin: it calls acts."""

from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.tasks import task
from django.utils import translation
from django.utils.translation import gettext as _

from summitry.people.models import User

from . import acts
from .models import Call


@task()
def close_due_calls() -> int:
    """Closes the calls whose deadline has passed; returns how many. Harmless when repeated."""
    return len(acts.close_due_calls())


@task()
def deal(
    call: int, actor: int, language: str, per_entry: int | None, most: int | None, partly: bool
) -> dict[str, Any]:
    """Deals the entries of a call; returns what it came to (`acts.Dealt`), or under "refused" why not, in the
    actor's language. Harmless when repeated."""
    with translation.override(language):
        try:
            dealt = acts.assign_all(
                User.objects.get(pk=actor),
                Call.objects.get(pk=call),
                per_entry=per_entry,
                most=most,
                partly=partly,
            )
        except ValidationError as error:
            return {"refused": error.messages}
        except PermissionDenied:
            return {"refused": [_("You may not do this any more.")]}
        return asdict(dealt)
