from datetime import timedelta
from types import SimpleNamespace

import pytest
import rules
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from summitry.people.models import INSTITUTION, Mandate, Person, Role, User, scope_of
from summitry.people.permissions import Duty, holds, holds_here, own_scopes_of, scopes_of
from summitry.people.tests.factories import make_mandate, make_organisation, make_person, make_user

pytestmark = pytest.mark.django_db


def thing(*scopes, **more):
    return SimpleNamespace(scopes=lambda: list(scopes), **more)


def test_a_role_counts_in_the_things_scopes_and_in_the_institution():
    here, above = "calls.call:a", "gatherings.gathering:g"
    call = thing(here, above, INSTITUTION)
    may = holds("juror", Role.SECRETARIAT)
    assert may(make_user("juror", here), call)
    assert may(make_user("juror", above), call)
    assert may(make_user("juror"), call)
    assert may(make_user("secretariat"), call)
    assert not may(make_user("juror", "calls.call:b"), call)
    assert not may(make_user("screener", here), call)
    assert not may(make_user(), call)
    assert not may(AnonymousUser(), call)


def test_without_a_thing_only_the_institution_counts():
    may = holds("juror")
    assert may(make_user("juror"), None)
    assert may(make_user("juror"))
    assert not may(make_user("juror", "calls.call:a"))
    assert may(make_user("juror"), object())  # a thing that offers no scopes


def test_duties_that_are_not_inherited():
    here = "calls.call:a"
    call = thing(here, "gatherings.gathering:g", INSTITUTION)
    may = holds_here("juror")
    assert may(make_user("juror", here), call)
    assert not may(make_user("juror"), call)
    assert not may(make_user("juror", "gatherings.gathering:g"), call)
    assert not may(make_user("juror", here), None)
    submission = thing("x:1", here, own_scopes=lambda: ["x:1", here])
    assert may(make_user("juror", here), submission)
    assert own_scopes_of(submission) == ["x:1", here]
    assert scopes_of(call) == [here, "gatherings.gathering:g", INSTITUTION]


def test_mandates_count_within_their_dates_only():
    now = timezone.now()
    user = make_user()
    make_mandate(user, "juror", since=now + timedelta(days=1))
    assert not holds("juror")(user)
    make_mandate(user, "juror", since=now - timedelta(days=2), until=now - timedelta(seconds=1))
    assert not holds("juror")(user)
    make_mandate(user, "juror", since=now - timedelta(days=2), until=now + timedelta(days=1))
    assert holds("juror")(user)


def test_a_closed_account_holds_nothing():
    user = make_user("secretariat")
    User.objects.filter(pk=user.pk).update(is_active=False)
    closed = User.objects.get(pk=user.pk)
    assert closed.roles == frozenset()
    assert not closed.has_perm("people.see_desk")


def test_a_superuser_holds_only_what_mandates_give():
    user = User.objects.create_superuser("root@example.org", "x")
    assert not user.has_perm("people.grant_mandate", Duty("juror", INSTITUTION))
    assert not user.has_perm("people.see_desk")


def test_roles_cost_one_query_an_account(django_assert_num_queries):
    user = make_user("juror")
    for scope in ("calls.call:a", "calls.call:b"):
        make_mandate(user, "screener", scope)
    fresh = User.objects.get(pk=user.pk)
    with django_assert_num_queries(1):
        assert holds("juror")(fresh)
        assert not holds("secretariat")(fresh)
        assert len(fresh.roles) == 3


def test_who_may_give_mandates():
    call = "calls.call:a"
    manager, secretary, juror = (
        make_user("call_manager", call),
        make_user("secretariat"),
        make_user("juror", call),
    )
    perm = "people.grant_mandate"
    assert [rules.has_perm(perm, secretary, Duty(role, call)) for role in Role] == [True] * len(Role)
    may = {role for role in Role if rules.has_perm(perm, manager, Duty(role, call))}
    assert may == {Role.SCREENER, Role.JUROR, Role.JURY_CHAIR, Role.TRANSLATOR}
    assert not any(rules.has_perm(perm, manager, Duty(role, "calls.call:b")) for role in Role)
    assert not any(rules.has_perm(perm, manager, Duty(role, INSTITUTION)) for role in Role)
    assert not any(rules.has_perm(perm, juror, Duty(role, call)) for role in Role)
    everywhere = make_user("call_manager")
    assert not any(rules.has_perm(perm, everywhere, Duty(role, call)) for role in Role)


def test_who_may_edit_a_profile():
    one, two, secretary = make_user(), make_user(), make_user("secretariat")
    perm = "people.edit_profile"
    assert one.has_perm(perm, one.person)
    assert not two.has_perm(perm, one.person)
    assert not secretary.has_perm(perm, one.person)  # she keeps it herself
    accountless = make_person()
    assert secretary.has_perm(perm, accountless)
    assert not two.has_perm(perm, accountless)
    accountless.erased_at = timezone.now()
    assert not secretary.has_perm(perm, accountless)


def test_scopes_of_things():
    organisation = make_organisation("Forum")
    assert scope_of(organisation) == "people.organisation:forum"
    assert organisation.scopes() == ["people.organisation:forum", INSTITUTION]
    mandate = Mandate.objects.create(person=make_person(), role="juror")
    assert scope_of(mandate) == f"people.mandate:{mandate.pk}"
    assert Person.objects.count() == 1
