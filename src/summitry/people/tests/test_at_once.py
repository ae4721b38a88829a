"""Two people at the same moment."""

import pytest
from django.core.exceptions import ValidationError

from summitry.people import acts
from summitry.people.models import INSTITUTION, Invitation, Mandate, Organisation, User
from summitry.people.tests.factories import make_institution, make_person, make_user
from summitry.record.models import Entry
from summitry.text.value import Text

pytestmark = pytest.mark.django_db(transaction=True)


def again(deed):
    """Two acts that met may be told to repeat (Stale): repeat."""

    def run():
        for _attempt in range(5):
            try:
                return deed()
            except ValidationError as error:
                if getattr(error, "code", "") != "stale":
                    raise
        raise AssertionError("always stale")

    return run


def test_two_of_the_secretariat_cannot_end_each_others_last_mandate(at_once):
    one, two = make_user("secretariat"), make_user("secretariat")
    first, second = one.person.mandates.get(), two.person.mandates.get()
    found = at_once(
        again(lambda: acts.end_mandate(User.objects.get(pk=one.pk), Mandate.objects.get(pk=second.pk))),
        again(lambda: acts.end_mandate(User.objects.get(pk=two.pk), Mandate.objects.get(pk=first.pk))),
    )
    assert sum(isinstance(one, Exception) for one in found) == 1
    left = Mandate.objects.in_force().filter(role="secretariat", scope=INSTITUTION)
    assert at_once(left.count) == [1]


def test_a_mandate_given_twice_at_once_is_one(at_once):
    one, two, person = make_user("secretariat"), make_user("secretariat"), make_person()
    at_once(*(again(lambda user=user: acts.grant(user, person, "juror")) for user in (one, two)))
    assert at_once(person.mandates.count, Entry.objects.count) == [1, 1]


def test_one_link_taken_twice_at_once_gives_one_mandate(at_once, monkeypatch):
    make_institution()
    monkeypatch.setattr("summitry.people.acts.invitations._fresh", lambda: "s" * 43)
    acts.invite(make_user("secretariat"), "guest@example.org", "juror")
    guest = make_user(email="guest@example.org")
    at_once(*[again(lambda: acts.accept(User.objects.get(pk=guest.pk), "s" * 43))] * 3)
    found = at_once(guest.person.mandates.count, lambda: Invitation.objects.get().state, Entry.objects.count)
    assert found == [1, "accepted", 1]


def test_two_organisations_of_one_name_at_once_get_two_addresses_or_are_one(at_once):
    def make():
        return acts.ensure_organisation(Text.of("Forum"), external_id="")

    at_once(again(make), again(make), again(make))
    [slugs] = at_once(lambda: list(Organisation.objects.values_list("slug", flat=True)))
    assert len(slugs) == len(set(slugs))
    assert "forum" in slugs
