"""What the accepted owe: from publication on, delivered, waived, called to mind, and asked about."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from summitry.calls import acts, queries
from summitry.calls.models import Conflict, Owed, Submission
from summitry.calls.rules import Obligation
from summitry.people.models import Organisation
from summitry.people.tests.factories import make_user
from summitry.record.models import Entry

from .after import NO, WAIT, YES, published, sealed
from .factories import T

pytestmark = pytest.mark.django_db
REPORT = Obligation("report", T("Report", fr="Rapport"), T("Two pages."), days=10)
PHOTO = Obligation("photo", T("A photograph"), days=100)


@pytest.fixture(autouse=True)
def _no_reminders_yet():
    cache.clear()


def owner(submission):
    return submission.applicant.user


def owing(choices=(YES, NO), obligations=(REPORT,)):
    return published(list(choices), obligations=obligations)


def late(world):
    Owed.objects.filter(submission__call=world.call).update(due_at=timezone.now() - timedelta(days=1))


def test_it_is_owed_from_publication_by_the_accepted_alone():
    world = owing([YES, YES, NO], (REPORT, PHOTO))
    at = world.call.published_at
    first, second, _third = world.submissions
    assert list(Owed.objects.order_by("submission", "key").values_list("submission", "key", "due_at")) == [
        (one.pk, key, at + timedelta(days=days))
        for one in (first, second)
        for key, days in (("photo", 100), ("report", 10))
    ]
    assert not sealed([YES], obligations=(REPORT,)).submissions[0].owed.exists()


def test_who_moves_up_owes_from_then_and_who_gives_back_owes_no_more():
    world = owing([YES, WAIT])
    first, second = world.submissions
    late(world)
    assert [one.submission for one in queries.owes(first.applicant)] == [first]
    acts.decline(owner(first), first)
    assert queries.owes(first.applicant) == []
    assert second.owed.get().due_at > timezone.now() + timedelta(days=9)


def test_who_owes_is_found_by_person_and_by_organisation():
    world = owing([YES, YES, YES])
    one, two, three = world.submissions
    body = Organisation.objects.create(name=T("Institute"), slug="institute")
    Submission.objects.filter(pk=two.pk).update(organisation=body)
    assert queries.owed_by([one.applicant, two.applicant], [body]) == []  # not due yet
    late(world)
    assert [found.submission for found in queries.owed_by([one.applicant], [body])] == [one, two]
    assert [found.submission for found in queries.owes(one.applicant, body)] == [one, two]
    assert [found.submission for found in queries.owes(two.applicant)] == [two]
    assert queries.owed_by([], []) == []
    acts.deliver(owner(one), one.owed.get(), "Done.")
    acts.waive(world.manager, two.owed.get(), "The event was cancelled.")
    assert queries.owed_by([one.applicant, two.applicant], [body]) == []
    assert [found.submission for found in queries.owes(three.applicant)] == [three]
    with CaptureQueriesContext(connection) as captured:
        [str(found.submission.call.slug) for found in queries.owes(three.applicant)]
    assert len(captured) == 1


def test_delivering_takes_words_or_an_address_and_replaces_what_was():
    world = owing()
    first = world.submissions[0]
    owed = first.owed.get()
    with pytest.raises(ValidationError, match="Write it here"):
        acts.deliver(owner(first), owed, " ")
    with pytest.raises(ValidationError) as refused:
        acts.deliver(owner(first), owed, "", "javascript:alert(1)")
    assert list(refused.value.message_dict) == ["link"]
    done = acts.deliver(owner(first), owed, "All went well.", "https://example.org/report")
    again = acts.deliver(owner(first), owed, "All went well.", "https://example.org/report")
    assert done.delivered_at == again.delivered_at
    assert Entry.objects.filter(kind="calls.delivered").count() == 1
    changed = acts.deliver(owner(first), owed, "All went very well.")
    assert (str(changed.words), changed.link) == ("All went very well.", "")
    one, two = Entry.objects.filter(kind="calls.delivered").order_by("index")
    assert (one.facts["again"], two.facts["again"]) == (False, True)
    assert "went well" not in str(one.said)
    for user in (world.manager, world.chair, owner(world.submissions[1]), make_user()):
        with pytest.raises(PermissionDenied):
            acts.deliver(user, owed, "Not mine.")


def test_waiving_needs_a_reason_and_one_who_manages_without_a_conflict():
    world = owing()
    first = world.submissions[0]
    owed = first.owed.get()
    for user in (world.chair, world.jurors[0], owner(first)):
        with pytest.raises(PermissionDenied):
            acts.waive(user, owed, "She asked.")
    with pytest.raises(ValidationError, match="Say why"):
        acts.waive(world.manager, owed, "")
    Conflict.objects.create(submission=first, juror=world.manager.person, reason="Friends.")
    with pytest.raises(PermissionDenied):
        acts.waive(world.manager, owed, "She asked.")
    Conflict.objects.all().delete()
    waived = acts.waive(world.manager, owed, "The event was cancelled.")
    assert acts.waive(world.manager, owed, "Another reason.").waived_at == waived.waived_at
    entry = Entry.objects.get(kind="calls.waived")
    assert "cancelled" not in str(entry.said)
    with pytest.raises(ValidationError, match="not asked"):
        acts.deliver(owner(first), owed, "Here it is.")
    other = owing()
    acts.deliver(owner(other.submissions[0]), other.submissions[0].owed.get(), "Done.")
    with pytest.raises(ValidationError, match="delivered"):
        acts.waive(other.manager, other.submissions[0].owed.get(), "Never mind.")


def test_reminders_go_to_those_who_owe_soon(mailoutbox, django_capture_on_commit_callbacks):
    world = owing([YES, YES, NO], (REPORT, PHOTO))
    first, second, _third = world.submissions
    acts.deliver(owner(first), first.owed.get(key="report"), "Done.")
    before = len(mailoutbox)
    with django_capture_on_commit_callbacks(execute=True):
        assert acts.remind_owing(world.manager, world.fresh()) == 1
    [letter] = mailoutbox[before:]
    assert letter.to == [owner(second).email]
    assert letter.subject == f"Reminder: “Report” for {second.ref}"
    with pytest.raises(ValidationError, match="few minutes ago"):
        acts.remind_owing(world.manager, world.fresh())
    with pytest.raises(PermissionDenied):
        acts.remind_owing(world.chair, world.fresh())
    none = owing([YES], ())
    with pytest.raises(ValidationError, match="Nobody owes"):
        acts.remind_owing(none.manager, none.fresh())


def test_it_waits_for_her_and_for_nobody_else():
    world = owing([YES, NO])
    first, second = world.submissions

    def waits(user):
        return [one for one in queries.waiting(user) if "asked of you" in one.title]

    [found] = waits(owner(first))
    assert (found.due, found.late) == (first.owed.get().due_at, False)
    late(world)
    assert waits(owner(first))[0].late
    for user in (owner(second), world.manager, world.chair):
        assert waits(user) == []
    acts.deliver(owner(first), first.owed.get(), "Done.")
    assert waits(owner(first)) == []


def test_the_applicant_delivers_on_her_page(client):
    world = owing()
    first, second = world.submissions
    page = reverse("calls:deliver", args=[first.uid, "report"])
    client.force_login(owner(first))
    assert page in client.get(reverse("calls:submission", args=[first.uid])).content.decode()
    assert client.post(page, {"words": "", "link": ""}).status_code == 422
    assert client.post(page, {"words": "", "link": "example.org/r"}).status_code == 302
    assert first.owed.get().link == "https://example.org/r"
    assert client.get(reverse("calls:deliver", args=[first.uid, "photo"])).status_code == 404
    client.force_login(owner(second))
    assert client.get(page).status_code == 404
    acts.waive(world.manager, _again(first), "Never mind.")
    client.force_login(owner(first))
    assert client.get(page).status_code == 302
    assert "Never mind." in client.get(reverse("calls:submission", args=[first.uid])).content.decode()


def _again(submission):
    Owed.objects.filter(submission=submission).update(delivered_at=None, link="")
    return submission.owed.get()


def test_the_managers_page_lists_waives_and_reminds(client):
    world = owing([YES, WAIT])
    first, _second = world.submissions
    listed = reverse("calls:answers", args=[world.call.slug])
    one = reverse("calls:owed", args=[world.call.slug, first.ref, "report"])
    for user in (world.chair, world.jurors[0], owner(first)):
        client.force_login(user)
        assert [client.get(page).status_code for page in (listed, one)] == [403, 403]
    client.force_login(world.manager)
    assert one in client.get(listed).content.decode()
    assert client.post(reverse("calls:remind_owing", args=[world.call.slug])).status_code == 302
    assert client.post(reverse("calls:remind_owing", args=[world.call.slug])).status_code == 422
    assert client.post(one, {"reason_en": " "}).status_code == 422
    assert client.post(one, {"reason_en": "Cancelled."}).status_code == 302
    assert str(first.owed.get().waiver) == "Cancelled."
    Conflict.objects.create(submission=first, juror=world.manager.person, reason="Friends.")
    assert first.ref not in client.get(listed).content.decode()
    assert client.get(one).status_code == 404


def test_queries_of_the_managers_page_do_not_grow(client):
    counts = []
    for many in (1, 3):
        world = owing([*[YES] * many, *[WAIT] * (many - 1 or 1)], (REPORT, PHOTO))
        client.force_login(world.manager)
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("calls:answers", args=[world.call.slug]))
        counts.append(len(captured))
    assert counts[0] == counts[1]
