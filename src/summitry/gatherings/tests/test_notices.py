"""Who gets a letter when a programme changes, in which language, and how many; and the feed of changes."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from summitry.gatherings import acts, queries
from summitry.gatherings.models import AgendaWatch, SessionPerson
from summitry.gatherings.programme import compare
from summitry.gatherings.tests.factories import at, make_gathering, make_placed, make_room
from summitry.gatherings.tests.test_pages import words
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_mandate, make_organisation, make_person, make_user
from summitry.people.tests.letters import posted
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


class Changed:
    """A released programme of four sessions with a speaker each; then one moves, one goes, one is renamed,
    one stays."""

    def __init__(self) -> None:
        self.gathering = make_gathering(slug="summit", title=Text.of("Summit", ar="قمة"))
        self.room, self.other = make_room(self.gathering, "Hall"), make_room(self.gathering, "Annex")
        self.users = [make_user(language=code) for code in ("", "ar", "fr", "")]
        self.sessions = [
            make_placed(self.gathering, self.room, at(9 + n), f"S{n}", user.person)
            for n, user in enumerate(self.users)
        ]
        make_placed(self.gathering, self.other, at(9), "No account", make_person("Nobody"))
        acts.release(None, self.gathering, notify=False)
        self.gathering.refresh_from_db()

    def change(self) -> None:
        acts.place_session(None, self.sessions[0], room=self.other, starts=at(15), minutes=30)
        acts.cancel_session(None, self.sessions[1])
        acts.edit_session(None, self.sessions[2], title=Text.of("A new name"))


@pytest.fixture
def changed() -> Changed:
    return Changed()


def test_each_speaker_of_a_changed_session_gets_one_letter(changed, django_capture_on_commit_callbacks):
    changed.change()
    acts.edit_session(None, changed.sessions[2], people=[(changed.users[0].person, "moderator")])
    with posted(django_capture_on_commit_callbacks) as letters:
        acts.release(None, changed.gathering, Text.of("A storm is coming."))
    by = {letter.to[0]: letter for letter in letters}
    assert set(by) == {changed.users[0].email, changed.users[1].email}
    first = by[changed.users[0].email]
    assert first.subject == "Summit: what changed in the programme (version 2)"
    assert "A storm is coming." in first.body
    assert (
        "- S0\n  was on 3 November, 09:00 to 09:30, Hall; now on 3 November, 15:00 to 15:30, Annex"
        in first.body
    )
    assert "- A new name\n  was called “S2”" in first.body
    assert "/en/gatherings/summit/releases/2/" in first.body
    second = by[changed.users[1].email]
    assert "قمة" in second.subject
    assert "/ar/gatherings/summit/releases/2/" in second.body
    assert "S0" not in second.body


def test_nobody_is_written_to_where_the_desk_does_not_want_it(changed, django_capture_on_commit_callbacks):
    changed.change()
    with posted(django_capture_on_commit_callbacks) as letters:
        acts.release(None, changed.gathering, notify=False)
    assert letters == []


def test_a_reader_who_watches_her_agenda_is_told_once(changed, django_capture_on_commit_callbacks):
    reader, both = make_user(), changed.users[0]
    keys = [one.pk for one in changed.sessions]
    acts.watch_agenda(reader, changed.gathering, [*keys, 10**9])
    acts.watch_agenda(both, changed.gathering, keys)
    acts.watch_agenda(changed.users[3], changed.gathering, keys[3:])
    changed.change()
    with posted(django_capture_on_commit_callbacks) as letters:
        acts.release(None, changed.gathering)
    by = {letter.to[0]: letter.body for letter in letters}
    assert set(by) == {reader.email, *(one.email for one in changed.users[:3])}
    assert all(title in by[reader.email] for title in ("- S0", "- S1", "- A new name"))
    assert ("- S3" in by[reader.email], "Sessions in which you take part" in by[reader.email]) == (
        False,
        False,
    )
    own, _heading, watched = by[both.email].partition("Sessions in your agenda")
    assert (own.count("- S0"), watched.count("- S0"), watched.count("- S1")) == (1, 0, 1)


def test_who_speaks_for_a_convener_is_told_once(changed, django_capture_on_commit_callbacks):
    body, other = make_organisation(), make_organisation()
    speaker = make_user(Role.FOCAL_POINT, scope_of(body), language="ar")
    both = changed.users[0]
    make_mandate(both.person, Role.FOCAL_POINT, scope_of(body))
    make_user(Role.FOCAL_POINT, scope_of(other))  # its session stays
    make_user(Role.AUDITOR, scope_of(body))
    gone = make_user(Role.FOCAL_POINT, scope_of(body))
    gone.is_active = False
    gone.save()
    acts.name_conveners(None, changed.sessions[0], [body])
    acts.name_conveners(None, changed.sessions[1], [body])
    acts.name_conveners(None, changed.sessions[3], [other])
    acts.watch_agenda(speaker, changed.gathering, [one.pk for one in changed.sessions])
    changed.change()
    with posted(django_capture_on_commit_callbacks) as letters:
        acts.release(None, changed.gathering)
    by = {letter.to[0]: letter.body for letter in letters}
    assert set(by) == {speaker.email, *(one.email for one in changed.users[:3])}
    assert [by[speaker.email].count(f"- {title}") for title in ("S0", "S1", "A new name", "S3")] == [
        1,
        1,
        1,
        0,
    ]
    own, _heading, convened = by[both.email].partition("Sessions that your organisation convenes")
    assert (own.count("- S0"), convened.count("- S0"), convened.count("- S1")) == (1, 0, 1)


def test_somebody_erased_or_closed_gets_nothing(changed, django_capture_on_commit_callbacks):
    from summitry.people import acts as people

    acts.watch_agenda(changed.users[0], changed.gathering, [changed.sessions[0].pk])
    people.erase(changed.users[0])
    changed.users[1].is_active = False
    changed.users[1].save()
    changed.change()
    with posted(django_capture_on_commit_callbacks) as letters:
        acts.release(None, changed.gathering)
    assert [letter.to[0] for letter in letters] == [changed.users[2].email]
    assert not AgendaWatch.objects.exists()


def test_watching_follows_the_agenda_on_its_page(changed, client):
    reader = make_user()
    address = reverse("gatherings:agenda", args=["summit"])
    first, second = changed.sessions[0].pk, changed.sessions[1].pk
    client.post(address, {"add": first})
    assert client.post(address, {"watch": "1"})["Location"].startswith("/en/account/login/")
    client.force_login(reader)
    client.post(address, {"add": first})
    assert "Write to me when they change" in words(client.get(address))
    client.post(address, {"watch": "1"})
    client.post(address, {"add": second})
    watch = AgendaWatch.objects.get(user=reader)
    assert set(watch.sessions.values_list("pk", flat=True)) == {first, second}
    client.post(address, {"drop": first})
    assert set(watch.sessions.values_list("pk", flat=True)) == {second}
    other = type(client)()  # another browser, where her agenda is empty
    other.force_login(reader)
    other.post(address, {"add": first})
    assert set(watch.sessions.values_list("pk", flat=True)) == {first, second}
    assert "No more letters" in words(client.get(address))
    client.post(address, {"watch": "0"})
    assert not AgendaWatch.objects.exists()
    assert client.post(address, {"watch": "1"}, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_watching_is_for_accounts(changed):
    from django.contrib.auth.models import AnonymousUser

    with pytest.raises(PermissionDenied):
        acts.watch_agenda(AnonymousUser(), changed.gathering, [])


@pytest.mark.parametrize("many", [1, 3])
def test_how_many_queries_it_costs_to_know_whom_it_concerns(many, django_assert_num_queries):
    gathering = make_gathering()
    for n in range(many):
        session = make_placed(gathering, make_room(gathering), at(9), f"S{n}", make_user().person)
        SessionPerson.objects.create(session=session, person=make_user().person, role="host")
        body = make_organisation()
        acts.name_conveners(None, session, [body])
        make_user(Role.FOCAL_POINT, scope_of(body))
    acts.release(None, gathering, notify=False)
    gathering.refresh_from_db()
    for _ in range(many):
        acts.watch_agenda(make_user(), gathering, [session.pk])
    changes = compare([], queries.rows_of(gathering.released))
    with django_assert_num_queries(4):
        assert len(queries.concerned(gathering, changes)) == 4 * many
    with django_assert_num_queries(0):
        assert queries.concerned(gathering, compare([], [])) == []


@pytest.mark.parametrize("many", [1, 3])
def test_the_feed_tells_each_release_in_a_fixed_number_of_queries(many, django_assert_num_queries):
    gathering = make_gathering()
    room = make_room(gathering)
    for n in range(many):
        make_placed(gathering, room, at(9 + n), f"S{n}")
        acts.release(None, gathering, notify=False)
    gathering.refresh_from_db()
    with django_assert_num_queries(4):
        told = queries.latest_changes(gathering)
    assert [one.release.version for one in told] == list(range(many, 0, -1))
    assert [len(one.changes.new) for one in told] == [1] * many
    assert [one.release.changes["new"] for one in told] == [1] * many
    assert (told[-1].before, [one.before.version for one in told[:-1]]) == (
        None,
        list(range(many - 1, 0, -1)),
    )
    with django_assert_num_queries(4):
        newest = queries.changes_of(told[0].release)
    assert newest == told[0]
    assert queries.latest_changes(gathering, 1) == told[:1]
    assert queries.latest_changes(make_gathering()) == []
