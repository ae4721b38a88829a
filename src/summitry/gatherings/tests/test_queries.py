"""What pages ask: the right rows, in a fixed number of queries whether there is one or there are three."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from summitry.calls.models import Call
from summitry.gatherings import acts, export, queries
from summitry.gatherings.models import Gathering, Speaker
from summitry.gatherings.queries import Filters
from summitry.gatherings.tests.factories import (
    at,
    make_gathering,
    make_placed,
    make_room,
    make_session,
    make_track,
)
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_person, make_user
from summitry.people.waiting import Waiting
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[1, 3])
def many(request) -> int:
    return request.param


def soon(**fields: Any) -> Gathering:
    today = timezone.now().date()
    return make_gathering(starts=today + timedelta(days=9), ends=today + timedelta(days=10), **fields)


def released(many: int) -> Gathering:
    """A gathering with `many` rooms, tracks, people and sessions, released."""
    gathering = make_gathering()
    for n in range(many):
        session = make_placed(
            gathering,
            make_room(gathering),
            at(9 + n),
            f"S{n}",
            make_person(f"P{n}"),
            track=make_track(gathering),
            language="en",
        )
        Speaker.objects.create(gathering=gathering, person=session.people.get(), biography=Text.of("Bio"))
    acts.release(None, gathering)
    return Gathering.objects.select_related("released", "series").get(pk=gathering.pk)


def test_upcoming_are_announced_own_and_not_over(django_assert_num_queries, many):
    today = timezone.now().date()
    wanted = [
        make_gathering(starts=today + timedelta(days=n), ends=today + timedelta(days=n)) for n in range(many)
    ]
    make_gathering(starts=today - timedelta(days=9), ends=today - timedelta(days=1))
    soon(state=Gathering.State.DRAFT)
    soon(state=Gathering.State.CANCELLED)
    soon(partner=True)
    with django_assert_num_queries(1):
        found = queries.upcoming()
        assert [str(one.series) for one in found] == ["None"] * many
    assert found == wanted
    with django_assert_num_queries(1):
        assert queries.next_gathering() == wanted[0]


def test_without_a_gathering_there_is_no_next():
    assert queries.next_gathering() is None


def test_editions_and_partners_are_apart(django_assert_num_queries, many):
    own = [make_gathering() for _ in range(many)]
    partner = make_gathering(partner=True, origin=Text.of("A forum"))
    make_gathering(state=Gathering.State.DRAFT)
    with django_assert_num_queries(2):
        assert sorted(one.pk for one in queries.editions()) == sorted(one.pk for one in own)
        assert [one.pk for one in queries.partner_gatherings()] == [partner.pk]


def test_drafts_are_for_those_who_work_on_them():
    draft, other, public = (
        make_gathering(state=Gathering.State.DRAFT),
        make_gathering(state=Gathering.State.DRAFT),
        make_gathering(),
    )
    own = make_user(Role.PROGRAMME, scope_of(draft))
    assert set(queries.for_reader(AnonymousUser())) == {public}
    assert set(queries.for_reader(make_user())) == {public}
    assert set(queries.for_reader(own)) == {public, draft}
    assert set(queries.for_reader(make_user(Role.SECRETARIAT))) == {public, draft, other}


def test_a_day_of_a_release_costs_six_queries(django_assert_num_queries, many):
    gathering = released(many)
    make_placed(gathering, make_room(gathering), at(20), "Not released")
    with django_assert_num_queries(6):
        found = queries.programme(gathering, gathering.released, choose=lambda days: days[0])
        titles = [(str(row.title), row.room.slug, row.track.slug, row.session.slug) for row in found.rows]
    assert [one[0] for one in titles] == [f"S{n}" for n in range(many)]
    assert [(one.date, one.count) for one in found.days] == [(gathering.starts, many)]
    assert (len(found.tracks), len(found.rooms), found.languages) == (many, many, ("en",))


def test_a_filtered_release_costs_three_queries(django_assert_num_queries, many):
    gathering = released(many)
    with django_assert_num_queries(3):
        found = queries.programme(gathering, gathering.released, filters=Filters(words="s0"))
    assert [str(row.title) for row in found.rows] == ["S0"]


def test_the_working_programme_costs_one_query(django_assert_num_queries, many):
    gathering = released(many)
    with django_assert_num_queries(1):
        found = queries.programme(gathering, None)
        assert len([row.track.slug for row in found.rows]) == many


def test_filters_pass_what_they_say():
    gathering = make_gathering()
    hall, annex = make_room(gathering, "Hall"), make_room(gathering, "Annexe éclatante")
    track = make_track(gathering, "Governance")
    first = make_placed(gathering, hall, at(9), "Cables under the sea", track=track, language="en")
    second = make_placed(
        gathering, annex, at(10), "Names in every script", language="zh-hans", interpreted=["ar"]
    )
    tomorrow = make_placed(gathering, hall, at(9) + timedelta(days=1), "Cables again", language="fr")

    def keys(**asked: Any) -> list[int]:
        return [row.session_id for row in queries.programme(gathering, None, filters=Filters(**asked)).rows]

    assert keys(words="CABLES") == [first.pk, tomorrow.pk]
    assert keys(words="sea cables") == [first.pk]
    assert keys(words="eclatante") == [second.pk]
    assert keys(words="governance") == [first.pk]
    assert keys(track=track.slug) == [first.pk]
    assert keys(room="hall") == [first.pk, tomorrow.pk]
    assert keys(language="ar") == [second.pk]
    assert keys(only=frozenset({second.pk})) == [second.pk]
    assert keys(only=frozenset()) == []
    assert keys(words="nothing") == []
    found = queries.programme(gathering, None, filters=Filters(words="cables"))
    assert [one.count for one in found.days] == [1, 1]


def test_sessions_of_a_person_run_across_editions(django_assert_num_queries, many):
    person = make_person("Ada")
    wanted = []
    for _ in range(many):
        gathering = make_gathering()
        wanted.append(make_placed(gathering, make_room(gathering), at(9), None, person))
        acts.release(None, gathering)
    hidden = make_gathering(state=Gathering.State.DRAFT)
    make_placed(hidden, make_room(hidden), at(9), "Hidden", person)
    with django_assert_num_queries(1):
        found = [
            (row.session.pk, row.session.gathering.slug, row.room.slug) for row in queries.sessions_of(person)
        ]
    assert sorted(one[0] for one in found) == sorted(session.pk for session in wanted)


def test_people_of_sessions_cost_one_query(django_assert_num_queries, many):
    gathering = released(many)
    keys = [session.pk for session in gathering.sessions.all()]
    with django_assert_num_queries(1):
        found = queries.persons_of_sessions(keys)
        assert [[str(part.person.name) for part in found[key]] for key in keys] == [
            [f"P{n}"] for n in range(many)
        ]


def test_conflicts_cost_nine_queries(django_assert_num_queries, many):
    gathering = make_gathering()
    room = make_room(gathering)
    sessions = [make_placed(gathering, room, at(9, n)) for n in range(many + 1)]
    with django_assert_num_queries(9):
        found = queries.conflicts(gathering)
    assert len(found) == many * (many + 1) // 2
    with django_assert_num_queries(9):
        assert len(queries.conflicts_of(sessions[0])) == many


def test_couples_in_parallel_are_conflicts_of_both():
    gathering = make_gathering()
    one, other = (make_placed(gathering, make_room(gathering), at(9), title) for title in ("One", "Other"))
    assert queries.conflicts(gathering) == []
    acts.couple(None, gathering, other, one, kind="similar")
    acts.couple(None, gathering, one, other, kind="joint", amount=30)
    told = {queries.clash_words(found, gathering) for found in queries.conflicts(gathering)}
    when = "in parallel on 3 November, 09:00 to 09:30"
    assert told == {
        f"“One” and “Other” are similar, and {when}.",
        f"“One” and “Other” are {when}; people who want both: 30.",
    }
    for each in (one, other):
        assert [found.check for found in queries.conflicts_of(each)] == ["similar", "joint"]
    acts.place_session(None, other, room=other.slot.room, starts=at(10), minutes=30)
    assert queries.conflicts(gathering) == []


def test_an_agenda_marks_overlaps_and_tells_what_is_gone(django_assert_num_queries):
    gathering = make_gathering()
    rooms = [make_room(gathering) for _ in range(3)]
    first = make_placed(gathering, rooms[0], at(9), "First", length=60)
    second = make_placed(gathering, rooms[1], at(9, 30), "Second")
    third = make_placed(gathering, rooms[2], at(10), "Third")
    gone = make_placed(gathering, rooms[2], at(11), "Gone")
    never = make_placed(make_gathering(), make_room(make_gathering()), at(9), "Elsewhere")
    acts.release(None, gathering)
    acts.cancel_session(None, gone)
    acts.release(None, gathering)
    unreleased = make_placed(gathering, rooms[0], at(15), "Later")
    gathering = Gathering.objects.get(pk=gathering.pk)
    keys = [one.pk for one in (third, gone, second, first, never, unreleased)] + [10**12]
    with django_assert_num_queries(1):
        found = queries.agenda(gathering, keys)
    assert [(str(item.row.title), [str(one) for one in item.overlaps]) for item in found.items] == [
        ("First", ["Second"]),
        ("Second", ["First"]),
        ("Third", []),
    ]
    assert ([str(row.title) for row in found.gone], found.clashes) == (["Gone"], 1)
    assert queries.published_keys(gathering, keys) == {first.pk, second.pk, third.pk}


def test_an_export_costs_the_same_for_one_and_three(django_assert_num_queries, many):
    gathering = released(many)
    for release in (gathering.released, None):
        with django_assert_num_queries(8):
            assert len(export.schedule_of(gathering, release).events()) == many


def test_calls_of_a_gathering_are_its_own(django_assert_num_queries, many):
    gathering = make_gathering()
    times = {"opens_at": at(1), "closes_at": at(2), "opened_at": at(1), "state": Call.State.OPEN}
    for n in range(many):
        Call.objects.create(slug=f"part-{n}", title=Text.of("x"), parent_scope=scope_of(gathering), **times)
    options = {"gathering": gathering.slug}
    Call.objects.create(
        slug="proposals", title=Text.of("y"), outcome="gatherings.session", outcome_options=options, **times
    )
    Call.objects.create(slug="other", title=Text.of("z"), outcome_options={"gathering": "x"}, **times)
    Call.objects.create(slug="draft", title=Text.of("z"), parent_scope=scope_of(gathering))
    with django_assert_num_queries(1):
        found = queries.calls_of(gathering)
    assert sorted(call.slug for call in found) == sorted([*(f"part-{n}" for n in range(many)), "proposals"])


def test_what_waits_is_told_to_those_who_make_programmes(django_assert_num_queries, many):
    gatherings = [soon() for _ in range(many)]
    for gathering in gatherings:
        make_placed(gathering, make_room(gathering), at(9))
        acts.release(None, gathering)
        acts.add_session(None, gathering, title=Text.of("Loose"))
    over = make_gathering(starts=at(9).date().replace(year=2001), ends=at(9).date().replace(year=2001))
    make_session(over)
    user = make_user(Role.PROGRAMME)
    assert user.roles
    with django_assert_num_queries(3):
        found = list(queries.waiting(user))
    assert len(found) == 2 * many
    assert found[:2] == [
        Waiting(
            title=f"{gatherings[0].title}: sessions without a room and a time",
            url=f"/en/desk/gatherings/{gatherings[0].slug}/?show=loose",
            icon="calendar",
            area="gatherings",
            count=1,
        ),
        Waiting(
            title=f"{gatherings[0].title}: changes that the public does not see yet",
            url=f"/en/desk/gatherings/{gatherings[0].slug}/release/",
            icon="bridge",
            area="gatherings",
        ),
    ]
    own = make_user(Role.PROGRAMME, scope_of(gatherings[0]))
    assert {one.url for one in queries.waiting(own)} == {one.url for one in found[:2]}
    juror = make_user(Role.JUROR)
    assert juror.roles
    with django_assert_num_queries(1):  # whether she owes a report
        assert list(queries.waiting(juror)) == []


def test_a_scope_names_its_gathering():
    gathering = make_gathering()
    assert queries.gathering_of_scope(scope_of(gathering)) == gathering
    assert queries.gathering_of_scope("calls.call:x") is None
    assert queries.gathering_of_scope("") is None


def test_what_a_copy_tells_costs_the_same_for_one_and_three(django_assert_num_queries, many):
    gathering = released(many)
    with django_assert_num_queries(5):
        found = queries.worded(gathering.released)
    assert len(found) == many
    with django_assert_num_queries(1):
        assert len(queries.biographies(gathering)) == many
