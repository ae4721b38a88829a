"""A juror puts entries in her order."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.engines.tally import Doubled, Empty, NotStanding
from summitry.engines.tally.ballots import checked
from summitry.people.models import User
from summitry.people.queries import person_of
from summitry.record.act import act, require

from ..models import Ranking, StageRun, Submission
from .common import check_version
from .comparing import open_for
from .running import lock_run


def _checked(order: Sequence[int], before: set[int], least: int, send: bool) -> list[int]:
    """An order of entries that are before her. Raises ValidationError, by "order" where that is to blame."""
    try:
        checked([str(one) for one in order], {str(one) for one in before})
    except Empty:
        pass  # whether that is too few is asked below
    except Doubled:
        raise ValidationError({"order": _("An entry has two places.")}) from None
    except NotStanding:
        raise ValidationError(
            _("One of these entries is not before you. Nothing was saved."), code="unseen"
        ) from None
    if send and len(order) < least:
        raise ValidationError(
            {
                "order": ngettext(
                    "Give a place to at least %(count)d entry.",
                    "Give a place to at least %(count)d entries.",
                    least,
                )
                % {"count": least}
            }
        )
    return list(order)


def _rank(actor: User, run: StageRun, order: Sequence[int], version: int | None, send: bool) -> Ranking:
    run = lock_run(run)
    require(actor, "calls.see_jury", run.call)
    open_for(run, "rank")
    running = Submission.objects.filter(call=run.call).on_duty_of(actor).in_the_running()
    before = set(running.values_list("pk", flat=True))
    kept = _checked(order, before, min(run.rule.option("least", 1), max(1, len(before))), send)
    juror, now = person_of(actor), timezone.now()
    found = run.rankings.select_for_update().filter(juror=juror).first() or Ranking(
        stage=run, juror=juror, version=0
    )
    if found.sent_at:
        if found.order == kept:
            return found
        raise ValidationError(_("You have sent your ranking: it is final."), code="sent")
    if found.pk and found.order == kept and not send:
        return found
    check_version(version, found.version)
    found.order, found.version, found.saved_at = kept, found.version + 1, now
    found.sent_at = now if send else None
    found.save()
    return found


@act
def save_ranking(actor: User, run: StageRun, order: Sequence[int], *, version: int | None = None) -> Ranking:
    """Keep an order that is not finished: keys of submissions, the best first. `version` is the one seen, 0
    for none; None does not ask."""
    return _rank(actor, run, order, version, send=False)


@act
def send_ranking(actor: User, run: StageRun, order: Sequence[int], *, version: int | None = None) -> Ranking:
    """Send one's order: it is final then. Entries that it does not name come after all that it names.
    Sending the same twice changes nothing."""
    return _rank(actor, run, order, version, send=True)
