"""A release under embargo: until its moment no door for the public knows of it."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from summitry.gatherings import acts, agenda, formats, queries
from summitry.gatherings.models import (
    Gathering,
    PreparedRelease,
    PreparedSlot,
    Release,
    ReleasedSlot,
    Session,
    SessionPerson,
)
from summitry.gatherings.tests.factories import at, make_gathering, make_placed, make_room, make_track
from summitry.gatherings.tests.test_pages import words
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_organisation, make_person, make_user
from summitry.people.tests.letters import posted
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
SECRET = "Marmoset"  # in every title, name and note that may not be seen


class Secret:
    """A released programme; a new session, a new name and another time wait for tomorrow."""

    def __init__(self) -> None:
        self.gathering = make_gathering(slug="summit", title=Text.of("Summit"))
        self.room = make_room(self.gathering, "Hall")
        self.person = make_person(f"Ada {SECRET}", slug="ada")
        self.body = make_organisation(f"Institute of {SECRET}", slug="institute")
        self.opening = make_placed(self.gathering, self.room, at(9), "Opening")
        self.gone = make_placed(self.gathering, self.room, at(10), "Cables")
        acts.release(None, self.gathering)
        self.manager = make_user(Role.PROGRAMME, scope_of(self.gathering))
        track = make_track(self.gathering, f"Track {SECRET}")
        self.new = make_placed(
            self.gathering, make_room(self.gathering, f"Room {SECRET}"), at(11), f"The {SECRET}", self.person
        )
        acts.edit_session(
            None,
            self.new,
            kind="roundtable",
            track=track,
            abstract=Text.of(f"About the {SECRET}."),
            people=[(self.person, "speaker", self.body)],
        )
        acts.name_conveners(None, self.new, [self.body])
        acts.edit_session(None, self.opening, title=Text.of(f"Opening by {SECRET}"), track=track)
        acts.cancel_session(None, self.gone)
        self.due = timezone.now() + timedelta(days=1)
        self.prepared = acts.prepare_release(
            self.manager, self.gathering, self.due, Text.of(f"With {SECRET}."), after=1
        )

    def doors(self) -> dict[str, str]:
        """Every way in which the public could read of it."""
        keys = [self.opening.pk, self.new.pk, self.gone.pk]
        code = agenda.code(self.gathering, keys)

        def page(name: str, *args: object, query: str = "") -> str:
            return reverse(name, args=args) + query

        slug = "summit"
        return {
            "home": page("site:home"),
            "archive": page("gatherings:archive"),
            "detail": page("gatherings:detail", slug),
            "programme": page("gatherings:programme", slug, query="?day=2027-11-03"),
            "list": page("gatherings:programme", slug, query="?view=list"),
            "version 2": page("gatherings:programme", slug, query="?release=2"),
            "changes": page("gatherings:changes", slug),
            "release 1": page("gatherings:release", slug, 1),
            "release 2": page("gatherings:release", slug, 2),
            "session": page("gatherings:session", slug, self.new.slug),
            "renamed": page("gatherings:session", slug, self.opening.slug),
            "cancelled": page("gatherings:session", slug, self.gone.slug),
            "outcome": page("gatherings:outcome", slug, self.new.slug),
            "report": page("gatherings:report", slug, self.new.slug),
            "person": page("gatherings:person", slug, "ada"),
            "history": page("site:person", "ada"),
            "agenda": page("gatherings:shared_agenda", slug, code),
            **{f"file {one.key}": f"/g/{slug}/{one.file}" for one in formats.public()},
            "xml with all": f"/g/{slug}/schedule.xml?shape=full",
            "session ics": page("programmes:session_ics", slug, self.new.slug),
            "agenda ics": page("programmes:agenda_ics", slug, code),
            "search": page("site:search", query=f"?q={SECRET}"),
            "sitemap": "/sitemap-en.xml",
            "api gathering": "/api/v1/gatherings/summit",
            "api programme": "/api/v1/gatherings/summit/programme",
            "api sessions": "/api/v1/gatherings/summit/sessions",
            "api session": f"/api/v1/gatherings/summit/sessions/{self.new.slug}",
            "api persons": "/api/v1/gatherings/summit/persons",
            "api person": "/api/v1/gatherings/summit/persons/ada",
            "record": page("record:index"),
        }


@pytest.fixture
def secret(settings) -> Secret:
    return Secret()


def body_of(response) -> str:
    data = b"".join(response.streaming_content) if response.streaming else response.content
    if data.startswith(b"PK"):  # a workbook: what its parts say
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            data = b"".join(map(parts.read, parts.namelist()))
    return data.decode("utf-8", "replace")


def seen(client, secret: Secret) -> dict[str, bool]:
    found = {}
    for name, address in secret.doors().items():
        response = client.get(address)
        assert response.status_code in {200, 404}, (name, response.status_code)
        text = body_of(response)
        if name == "search":  # the page repeats what was asked
            text = text.replace(f'value="{SECRET}"', "").replace(f"q={SECRET}", "")
            text = "found" if "/sessions/" in text else ""
            found[name] = bool(text)
            continue
        found[name] = SECRET in text
    return found


def test_before_its_moment_no_door_tells_of_it_and_afterwards_they_do(client, secret):
    before = seen(client, secret)
    assert {name for name, leaked in before.items() if leaked} == set()
    assert "This session was cancelled" not in words(client.get(secret.doors()["cancelled"]))
    assert Entry.objects.filter(kind="gatherings.released").count() == 1
    assert acts.publish_due_releases() == 0
    assert acts.publish_due_releases(secret.due + timedelta(seconds=1)) == 1
    after = seen(client, secret)
    still = {"home", "archive", "detail", "release 1", "cancelled", "outcome", "report", "sitemap", "record"}
    assert {name for name, told in after.items() if not told} <= still | {"api gathering"}
    assert "This session was cancelled" in words(client.get(secret.doors()["cancelled"]))


def test_others_who_work_here_do_not_see_it_either(client, secret):
    for user in (make_user(), make_user(Role.PROGRAMME, scope_of(make_gathering())), make_user(Role.JUROR)):
        client.force_login(user)
        assert {name for name, leaked in seen(client, secret).items() if leaked} == set()
        assert client.get(reverse("gatherings:desk_release", args=["summit"])).status_code == 403


def test_it_is_published_as_it_was_prepared_in_the_name_of_who_prepared_it(secret):
    acts.edit_session(None, secret.opening, title=Text.of("A later thought"))
    made = acts.publish_prepared(secret.gathering, secret.due)
    assert made is not None
    assert (made.version, made.sessions, str(made.note)) == (2, 2, f"With {SECRET}.")
    assert sorted(str(row.title) for row in made.rows.all()) == [f"Opening by {SECRET}", f"The {SECRET}"]
    assert made.prepared_at == secret.prepared.prepared_at
    assert made.changes == {"new": 1, "moved": 0, "cancelled": 1, "retitled": 1, "other": 0}
    entry = Entry.objects.order_by("-index").first()
    assert (entry.kind, entry.said["by"]) == ("gatherings.released", "programme")
    assert entry.facts["prepared"] == f"{made.prepared_at:%Y-%m-%dT%H:%M:%SZ}"
    gathering = Gathering.objects.get()
    assert (gathering.released, gathering.changed_at is not None) == (made, True)
    assert (PreparedRelease.objects.count(), PreparedSlot.objects.count()) == (0, 0)
    assert acts.publish_prepared(gathering, secret.due) is None


def test_without_later_changes_nothing_is_left_to_release(secret):
    acts.publish_prepared(secret.gathering, secret.due)
    assert Gathering.objects.get().changed_at is None


def test_what_was_cancelled_meanwhile_stays_out(secret):
    acts.cancel_session(None, secret.new)
    made = acts.publish_prepared(secret.gathering, secret.due)
    assert made is not None
    assert [row.session for row in made.rows.all()] == [secret.opening]
    acts.restore_session(None, secret.gone)
    for one in Session.objects.all():
        acts.unplace_session(None, one)
    make_placed(secret.gathering, secret.room, at(14), "Last")
    acts.prepare_release(None, secret.gathering, secret.due)
    acts.cancel_session(None, Session.objects.get(title__icontains="Last"))
    assert acts.publish_prepared(secret.gathering, secret.due) is None
    assert (PreparedRelease.objects.count(), Release.objects.count()) == (0, 2)


def test_one_waits_at_a_time_and_can_be_withdrawn(secret):
    for act in (
        lambda: acts.release(secret.manager, secret.gathering),
        lambda: acts.prepare_release(secret.manager, secret.gathering, secret.due),
    ):
        with pytest.raises(ValidationError, match="A release waits for"):
            act()
    acts.withdraw_prepared(secret.manager, secret.gathering)
    acts.withdraw_prepared(secret.manager, secret.gathering)
    assert (PreparedRelease.objects.count(), PreparedSlot.objects.count()) == (0, 0)
    assert acts.publish_due_releases(secret.due) == 0
    assert acts.release(secret.manager, secret.gathering).version == 2


def test_refused_preparations(secret):
    acts.withdraw_prepared(None, secret.gathering)
    now = timezone.now()
    for due in (now - timedelta(minutes=1), now + timedelta(days=500)):
        with pytest.raises(ValidationError) as caught:
            acts.prepare_release(secret.manager, secret.gathering, due)
        assert list(caught.value.message_dict) == ["due_at"]
    with pytest.raises(Stale):
        acts.prepare_release(secret.manager, secret.gathering, secret.due, after=0)
    for user in (make_user(), make_user(Role.AUDITOR), make_user(Role.TRANSLATOR)):
        with pytest.raises(PermissionDenied):
            acts.prepare_release(user, secret.gathering, secret.due)
        with pytest.raises(PermissionDenied):
            acts.withdraw_prepared(user, secret.gathering)
    assert PreparedRelease.objects.count() == 0


def test_a_room_that_waits_is_not_taken_away(secret):
    room = secret.new.slot.room
    acts.unplace_session(None, secret.new)
    with pytest.raises(ValidationError, match="it stays"):
        acts.remove_room(None, room)


def test_a_draft_gathering_becomes_public_at_that_moment(client):
    gathering = make_gathering(slug="hidden", title=Text.of(SECRET), state=Gathering.State.DRAFT)
    make_placed(gathering, make_room(gathering), at(9), "Opening")
    due = timezone.now() + timedelta(hours=1)
    acts.prepare_release(None, gathering, due)
    address = reverse("gatherings:detail", args=["hidden"])
    assert client.get(address).status_code == 404
    acts.publish_due_releases(due)
    assert client.get(address).status_code == 200


def test_its_letters_go_at_its_moment(secret, django_capture_on_commit_callbacks):
    user = make_user()
    SessionPerson.objects.create(session=secret.new, person=user.person, role="host")
    with posted(django_capture_on_commit_callbacks) as letters:
        acts.publish_due_releases(secret.due)
    assert [(letter.to, SECRET in letter.body) for letter in letters] == [([user.email], True)]


def test_the_desk_prepares_sees_and_withdraws(client, secret):
    acts.withdraw_prepared(None, secret.gathering)
    address = reverse("gatherings:desk_release", args=["summit"])
    client.force_login(secret.manager)
    body = {"after": "1", "note_en": "Soon."}
    assert client.post(address, body | {"due_at": "2001-01-01T10:00"}).status_code == 422
    local = f"{timezone.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    done = client.post(address, body | {"due_at": local}, follow=True)
    assert "The release waits for its moment." in words(done)
    page = words(client.get(address))
    assert "A release waits under embargo" in page
    assert f"New 1 session The {SECRET}" in page
    assert client.post(address, body).status_code == 422
    gone = client.post(address, {"what": "withdraw"}, follow=True)
    assert "Nothing waits any more." in words(gone)
    assert not PreparedRelease.objects.exists()


@pytest.mark.parametrize("many", [1, 3])
def test_how_many_queries_it_costs(many, django_assert_num_queries):
    gathering = make_gathering()
    for n in range(many):
        make_placed(gathering, make_room(gathering), at(9 + n), track=make_track(gathering))
    prepared = acts.prepare_release(None, gathering, timezone.now() + timedelta(days=1))
    with django_assert_num_queries(1):
        rows = queries.prepared_rows(prepared)
        assert len([queries.as_row(one) for one in rows]) == many
    with CaptureQueriesContext(connection) as found:
        acts.publish_due_releases(prepared.due_at)
    assert (ReleasedSlot.objects.count(), len(found) < 60) == (many, True)
