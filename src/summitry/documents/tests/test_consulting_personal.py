"""What consultations keep about a person: taken away, forgotten, moved; and what a kept page shows."""

import jsonschema
import pytest

from summitry.documents import acts, consulting_personal
from summitry.documents.models import Comment, Report, Support
from summitry.kept.tests.browser import ask, queries
from summitry.people.acts import erase, merge_persons
from summitry.people.tests.factories import make_person, make_user

from .consulting import a_comment, an_amendment, consulted, speaks_for, unsealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def spoken():
    """Amal has said all that one can say, and another has said as much."""
    version, desk, amal, other = consulted(), make_user("secretariat"), make_user(name="Amal"), make_user()
    for user in (amal, other):
        said = a_comment(version, f"Said by {user.pk}", user, anchor="p2", quote="publish")
        change = an_amendment(version, user, organisation=speaks_for(user, f"Lab {user.pk}"))
        acts.answer(desk, [said], "noted", "Thank you", publish=True)
        acts.report_error(user, version, f"Reported by {user.pk}", place=f"comments/{said.number}")
    acts.support(other, version.amendments.get(number=1))
    acts.support(amal, change)
    return version, amal, other


def test_what_she_said_is_given_to_her_and_nothing_of_others(spoken, django_assert_num_queries):
    _version, amal, other = spoken
    with django_assert_num_queries(4):
        given = consulting_personal.give(amal)
    jsonschema.validate(given, consulting_personal.SCHEMA)
    assert {name: len(rows) for name, rows in given.items()} == {
        "comments": 1,
        "amendments": 1,
        "supports": 1,
        "reports": 1,
    }
    assert given["comments"][0]["words"] == {"en": f"Said by {amal.pk}"}
    assert f"by {other.pk}" not in str(given)


def test_after_erasure_what_was_public_stays_without_a_name(spoken, client):
    version, amal, other = spoken
    erase(amal)
    assert str(version.comments.by_place()[0].by) == "Person whose data were erased"
    assert Comment.objects.get(number=1).text.get("en") == f"Said by {amal.pk}"
    reports = [(one.person, one.words) for one in Report.objects.order_by("number")]
    assert reports == [(None, ""), (other.person, f"Reported by {other.pk}")]
    assert "Amal" not in client.get("/en/documents/initiative/1/comments/").content.decode()
    assert unsealed() == []


def test_two_entries_of_one_person_become_one(spoken):
    version, amal, _other = spoken
    gone = make_person("A. Mal")
    Comment.objects.filter(number=2).update(person=gone)
    Support.objects.create(amendment=version.amendments.get(number=2), person=gone)
    merge_persons(None, gone, amal.person)
    assert set(Comment.objects.values_list("person", flat=True)) == {amal.person.pk}
    assert Support.objects.filter(person=amal.person).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_kept_page_shows_the_next_comment_at_once(door):
    version, elsewhere = consulted(), consulted("other")
    path = "/en/documents/initiative/1/comments/"
    a_comment(version, "The first")

    for _n in range(2):
        ask(door, path)
    assert queries(door, path) == 0
    a_comment(elsewhere, "Somewhere else")
    ask(door, path)  # whoever is named on it may have changed her name
    a_comment(version, "The second")
    assert b"The second" in ask(door, path).body
