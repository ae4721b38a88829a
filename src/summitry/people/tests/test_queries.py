import pytest

from summitry.people import acts, personal, queries, scopes
from summitry.people.models import INSTITUTION, Invitation
from summitry.people.tests.factories import (
    make_institution,
    make_mandate,
    make_organisation,
    make_person,
    make_user,
)
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


def fill(count):
    """One user with so many things of everything, and as many of others'."""
    user = make_user("secretariat")
    for n in range(count):
        organisation = make_organisation(f"Organisation {n}", confirmed=n % 2 == 0)
        acts.add_affiliation(user, user.person, organisation=organisation)
        other = make_user("juror", f"people.organisation:{organisation.slug}")
        make_mandate(user, "auditor", f"people.organisation:{organisation.slug}")
        acts.add_affiliation(other, other.person, organisation=organisation)
        acts.invite(user, f"guest{n}@example.org", "juror")
        acts.invite(other_secretary(), user.email, "screener", f"people.organisation:{organisation.slug}")
    return type(user).objects.get(pk=user.pk)


def other_secretary():
    return make_user("secretariat")


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_one_query_however_long(count, django_assert_num_queries):
    user = fill(count)
    person = queries.person_of(user)
    with django_assert_num_queries(1):
        assert len({one.person.user.email for one in queries.holders(INSTITUTION)}) == 1 + count
    with django_assert_num_queries(1):
        assert len(queries.mandates_of(user)) == 1 + count
    with django_assert_num_queries(1):
        assert len([str(one.organisation) for one in queries.affiliations_of(person)]) == count
    with django_assert_num_queries(1):
        assert len([one.people for one in queries.organisations()]) == count
    with django_assert_num_queries(1):
        assert len([(one.user, one.duties) for one in queries.persons()]) == 1 + 2 * count
    with django_assert_num_queries(1):
        assert len([one.person.user.email for one in queries.mandates()]) == 1 + 3 * count
    with django_assert_num_queries(1):
        assert len([one.invited_by for one in queries.invitations("open")]) == 2 * count
    with django_assert_num_queries(1):
        assert len(queries.invitations_for(user)) == count


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_composed_costs_a_fixed_number_too(count, django_assert_num_queries):
    user = fill(count)
    listed = [one.scope for one in queries.mandates_of(user)]
    with django_assert_num_queries(1):
        assert len(scopes.names(listed)) == 1 + count
    with django_assert_num_queries(3):  # roles, invitations, organisations to confirm
        assert len(queries.waiting(user)) == count + (1 if count > 1 else 0)
    with django_assert_num_queries(5):
        assert len(personal.give(user)["mandates"]) == 1 + count
    with django_assert_num_queries(1):
        assert queries.security_of(user).password
    with django_assert_num_queries(1):
        queries.institution()


@pytest.mark.parametrize("count", [1, 3])
def test_my_page_costs_a_fixed_number(count, client, django_assert_max_num_queries):
    make_institution()
    client.force_login(fill(count))
    with django_assert_max_num_queries(35):
        assert client.get("/en/me/").status_code == 200


def test_holders_are_those_of_exactly_this_scope():
    here = make_user("juror", "people.organisation:a", label=Text.of("Juror 1"))
    make_user("juror", "people.organisation:b")
    make_user("juror")
    make_user("screener", "people.organisation:a")
    ended = make_mandate(make_person(), "juror", "people.organisation:a")
    acts.end_mandate(None, ended)
    assert [one.person for one in queries.holders("people.organisation:a", "juror")] == [here.person]
    assert len(queries.holders("people.organisation:a")) == 2


def test_searches_find_any_script_and_ignore_accents():
    make_organisation(Text.of("École du réseau", zh_hans="网络学院"), aliases=["EDR"])
    make_organisation("Other")
    for words in ("ecole", "ÉCOLE DU", "网络", "edr"):
        assert [str(one.slug) for one in queries.organisations(words)] == ["ecole-du-reseau"]
    assert [one.slug for one in queries.organisations("100%_")] == []
    make_user(name="Zoë", email="zoe@example.org")
    assert [str(one) for one in queries.persons("zoe@")] == ["Zoë"]
    assert [str(one) for one in queries.persons("ZOE")] == ["Zoë"]


def test_lists_of_the_desk_filter():
    make_organisation("Press", kind="media")
    make_organisation("Named", confirmed=False)
    assert [one.slug for one in queries.organisations(kind="media")] == ["press"]
    assert [one.slug for one in queries.organisations(confirmed=False)] == ["named"]
    secretary = make_user("secretariat")
    mandate = acts.grant(secretary, make_person("Juror"), "juror")
    assert [one.role for one in queries.mandates("juror")] == ["juror"]
    assert [one.role for one in queries.mandates(role="secretariat")] == ["secretariat"]
    acts.end_mandate(secretary, mandate)
    assert [one.role for one in queries.mandates()] == ["secretariat"]
    assert [one.role for one in queries.mandates(ended=True)] == ["juror"]
    invitation = acts.invite(secretary, "a@example.org", "juror")
    acts.revoke_invitation(secretary, invitation)
    acts.invite(secretary, "b@example.org", "juror")
    found = {
        state: [one.email[0] for one in queries.invitations(state)]
        for state in ("open", "revoked", "accepted")
    }
    assert found == {"open": ["b"], "revoked": ["a"], "accepted": []}
    assert Invitation.objects.count() == 2


def test_scopes_have_names():
    organisation = make_organisation("Forum")
    named = scopes.names([INSTITUTION, "people.organisation:forum", "people.organisation:none", "x", "a.b:c"])
    assert named == {
        INSTITUTION: "the institution",
        "people.organisation:forum": str(organisation),
        "people.organisation:none": "people.organisation:none",
        "x": "x",
        "a.b:c": "a.b:c",
    }
    assert [scopes.exists(one) for one in (INSTITUTION, "people.organisation:forum", "x")] == [
        True,
        True,
        False,
    ]


def test_scopes_that_apps_offer(monkeypatch):
    monkeypatch.setattr(scopes, "_offered", {})
    scopes.offer("Calls", lambda: iter([("calls.call:a", "A")]))
    scopes.offer("Nothing", list)
    make_organisation("Old")
    make_organisation("New Forum")
    scopes.offer_all("Bodies", "people.organisation")
    bodies = [("people.organisation:new-forum", "New Forum"), ("people.organisation:old", "Old")]
    assert scopes.choices() == [
        (INSTITUTION, "the institution"),
        ("Calls", [("calls.call:a", "A")]),
        ("Bodies", bodies),
    ]


def test_accounts_by_person():
    one, two = make_user(), make_user()
    assert queries.known_to([one, two]) == {one.pk: one.person, two.pk: two.person}
