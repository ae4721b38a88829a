import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from summitry.people import acts, queries
from summitry.people.models import INSTITUTION, Mandate, Role, scope_of
from summitry.people.tests.factories import make_mandate, make_organisation, make_person, make_user
from summitry.record.models import Entry, Opening
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


def body(entry):
    return json.loads(bytes(entry.body))


def test_granting_gives_power_and_enters_role_scope_and_label():
    secretary, user = make_user("secretariat"), make_user(name="Amina Example")
    assert user.roles == frozenset()
    mandate = acts.grant(secretary, user.person, "juror", label=Text.of("Juror 3", zh_hans="评委3"))
    assert user.person.user.roles == {("juror", INSTITUTION)}
    entry = Entry.objects.get()
    said = body(entry)
    assert said["kind"] == "people.mandate_granted"
    assert said["subject"] == scope_of(mandate)
    assert said["by"] == "secretariat"
    assert said["facts"] == {
        "role": "juror",
        "scope": "institution",
        "label": {"zh-hans": "评委3", "en": "Juror 3"},
        "since": mandate.since.isoformat(),
        "until": None,
    }
    assert sorted(said["commitments"]) == ["actor", "person"]
    written = bytes(entry.body).decode()
    for personal in ("Amina", user.email, str(user.person.uid), str(user.uid), secretary.email):
        assert personal not in written
    assert json.loads(bytes(Opening.objects.get(name="person").value)) == str(user.person.uid)


def test_granting_twice_is_once():
    secretary, user = make_user("secretariat"), make_user()
    first = acts.grant(secretary, user.person, "juror")
    assert acts.grant(secretary, user.person, "juror") == first
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("role", [None, "juror", "call_manager", "auditor"])
def test_granting_is_forbidden(role):
    actor, person = make_user(role), make_person()
    with pytest.raises(PermissionDenied, match=r"people\.grant_mandate"):
        acts.grant(actor, person, "juror")
    assert Mandate.objects.filter(person=person).count() == 0
    assert Entry.objects.count() == 0


def test_nobody_grants_to_herself():
    secretary = make_user("secretariat")
    with pytest.raises(ValidationError, match="herself"):
        acts.grant(secretary, secretary.person, "returning_officer")
    assert secretary.person.mandates.count() == 1


def test_bad_roles_scopes_and_dates():
    secretary, person = make_user("secretariat"), make_person()
    bad = [
        ({"role": "king"}, "role"),
        ({"scope": "calls.call:none"}, "scope"),
        ({"scope": "nonsense"}, "scope"),
    ]
    bad += [
        ({"scope": "people.mandate:999999999999999999999999"}, "scope"),
        ({"scope": "auth.user:x:y"}, "scope"),
    ]
    bad += [({"until": timezone.now() - timedelta(days=1)}, "until")]
    for given, field in bad:
        with pytest.raises(ValidationError) as refused:
            acts.grant(secretary, person, **{"role": "juror", **given})
        assert list(refused.value.error_dict) == [field]
    assert person.mandates.count() == 0


@pytest.mark.parametrize(
    ("held", "wanted"), [("call_manager", "juror"), ("jury_chair", "call_manager"), ("juror", "screener")]
)
def test_duties_that_exclude_each_other_in_one_scope(held, wanted):
    secretary, user = make_user("secretariat"), make_user()
    scope = scope_of(make_organisation("Call"))
    make_mandate(user, held, scope)
    with pytest.raises(ValidationError, match="cannot be"):
        acts.grant(secretary, user.person, wanted, scope)
    other = scope_of(make_organisation("Other call"))
    assert acts.grant(secretary, user.person, wanted, other).scope == other


@pytest.mark.parametrize("held", ["secretariat", "auditor", "call_manager", "screener"])
def test_whoever_reads_all_of_the_institution_is_on_no_jury(held):
    secretary, user = make_user("secretariat"), make_user(held)
    scope = scope_of(make_organisation("Call"))
    with pytest.raises(ValidationError, match="cannot be"):
        acts.grant(secretary, user.person, "juror", scope)
    assert [one.role for one in user.person.mandates.all()] == [held]


def test_a_mandate_from_tomorrow_has_no_power_today():
    secretary, user = make_user("secretariat"), make_user()
    tomorrow = timezone.now() + timedelta(days=1)
    acts.grant(secretary, user.person, "juror", since=tomorrow)
    assert user.person.user.roles == frozenset()
    assert [one.role for one in queries.mandates_of(user, tomorrow)] == ["juror"]


def test_ending_takes_the_power_at_once(client):
    first, second = make_user("secretariat"), make_user("secretariat")
    client.force_login(second)
    assert client.get("/en/desk/mandates/").status_code == 200
    mandate = second.person.mandates.get()
    acts.end_mandate(first, mandate)
    assert client.get("/en/desk/mandates/").status_code == 403
    with pytest.raises(PermissionDenied):
        acts.grant(type(second).objects.get(pk=second.pk), make_person(), "juror")
    entry = Entry.objects.get()
    assert (entry.kind, body(entry)["facts"]["role"]) == ("people.mandate_ended", "secretariat")
    mandate.refresh_from_db()
    assert not mandate.in_force


def test_an_account_in_memory_loses_power_too():
    first, second = make_user("secretariat"), make_user("secretariat")
    mandate = acts.grant(first, second.person, "auditor")
    held = mandate.person.user
    assert ("auditor", INSTITUTION) in held.roles
    acts.end_mandate(held, mandate)  # she resigns
    assert ("auditor", INSTITUTION) not in held.roles


def test_ending_twice_changes_nothing():
    secretary, person = make_user("secretariat"), make_person()
    mandate = acts.grant(secretary, person, "juror")
    ended = acts.end_mandate(secretary, mandate)
    assert acts.end_mandate(secretary, mandate).until == ended.until
    assert Entry.objects.count() == 2


def test_ending_is_forbidden_to_others_and_a_holder_may_resign():
    holder, other = make_user("juror"), make_user("juror")
    mandate = holder.person.mandates.get()
    with pytest.raises(PermissionDenied):
        acts.end_mandate(other, mandate)
    acts.end_mandate(holder, mandate)
    assert body(Entry.objects.get())["by"] == "juror"


def test_the_last_of_the_secretariat_stays():
    only = make_user("secretariat")
    mandate = only.person.mandates.get()
    with pytest.raises(ValidationError, match="last mandate of the secretariat"):
        acts.end_mandate(only, mandate)
    asleep = make_user("secretariat", is_active=False)
    with pytest.raises(ValidationError, match="last mandate of the secretariat"):
        acts.end_mandate(only, mandate)
    assert asleep.person.mandates.count() == 1
    make_user("secretariat")
    assert acts.end_mandate(only, mandate).until is not None


def test_the_operator_needs_no_mandate():
    mandate = acts.grant(None, make_person(), "secretariat")
    assert body(Entry.objects.get())["by"] == "operator"
    assert mandate.in_force


def test_a_mandate_can_be_given_again_after_it_ended():
    secretary, person = make_user("secretariat"), make_person()
    first = acts.grant(secretary, person, "juror")
    acts.end_mandate(secretary, first)
    second = acts.grant(secretary, person, "juror")
    assert second != first
    assert person.mandates.in_force().get() == second


def test_the_database_refuses_a_second_open_mandate():
    person = make_person()
    make_mandate(person, "juror")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_mandate(person, "juror")


def test_acting_as_names_the_first_role_that_counts():
    user = make_user("secretariat")
    make_mandate(user, "call_manager", "people.organisation:forum")
    forum = make_organisation("Forum")
    assert queries.acting_as(user, forum, "call_manager", "secretariat") == "call_manager"
    assert queries.acting_as(user, None, "call_manager", "secretariat") == "secretariat"
    assert queries.acting_as(user, forum, "juror") == ""
    assert queries.acting_as(None, forum, "juror") == "operator"


def test_a_row_changed_behind_the_acts_is_seen_in_its_face():
    from summitry.people import faces

    mandate = acts.grant(None, make_person(), "juror")
    before = faces.of_mandates([str(mandate.pk), "x", "99999999999999999999"])
    Mandate.objects.filter(pk=mandate.pk).update(role=Role.JURY_CHAIR)
    assert faces.of_mandates([str(mandate.pk)]) != before
    assert list(faces.mandates()) == [str(mandate.pk)]
