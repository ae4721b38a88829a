"""The act of importing: who may, what stays, and that nothing is half written."""

import pytest
from django.core.exceptions import PermissionDenied

from summitry.gatherings import acts, export, formats
from summitry.gatherings.formats import frab
from summitry.gatherings.models import Gathering, Link, Room, Session, SessionPerson, Speaker
from summitry.gatherings.tests.factories import make_gathering, make_session
from summitry.gatherings.tests.xml import event, guid, schedule
from summitry.people.models import Person, Role, scope_of
from summitry.people.tests.factories import make_person, make_user
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
PEOPLE = '<persons><person id="7">Ada</person><person id="8">Bo</person></persons>\n'
LINKS = '<links><link href="https://a.example/">A</link></links>\n'


def everything() -> list[int]:
    return [model.objects.count() for model in (Gathering, Session, Person, Room, Link, Speaker)]


def test_who_makes_programmes_may_import_and_nobody_else():
    data = schedule(event())
    gathering = make_gathering(slug="summit-2027")
    own = make_user(Role.PROGRAMME, scope_of(gathering))
    other = make_user(Role.PROGRAMME, scope_of(make_gathering()))
    for user in (make_user(), other, make_user(Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            acts.import_schedule(user, gathering, data)
    with pytest.raises(PermissionDenied):
        acts.import_schedule(own, None, data)  # she may not make gatherings
    assert Session.objects.count() == 0
    assert len(acts.import_schedule(own, gathering, data).new) == 1


def test_a_gathering_found_by_its_acronym_needs_its_own_permission():
    make_gathering(slug="summit-2027")
    user = make_user(Role.PROGRAMME)
    assert len(acts.import_schedule(user, None, schedule(event())).new) == 1
    assert Gathering.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [
        b"not xml",
        schedule(event())[:500],
        schedule([event(), event(guid=guid(2))]),
        schedule([event(), event(id="2", guid=guid(2))]),  # both in the hall at nine
        schedule(event(title="Café")).decode().encode("latin-1"),
        schedule(event(), head='<!DOCTYPE s [<!ENTITY x "y">]>\n'),
    ],
)
def test_a_bad_file_changes_nothing(data):
    acts.import_schedule(None, None, schedule(event(more=PEOPLE + LINKS)))
    before = everything(), list(Session.objects.values())
    with pytest.raises(formats.ScheduleError):
        acts.import_schedule(None, None, data)
    assert (everything(), list(Session.objects.values())) == before


def test_an_oversized_file_is_refused_with_its_size(settings):
    settings.UPLOAD_MAX_BYTES = 1000
    with pytest.raises(formats.ScheduleError) as caught:
        acts.import_schedule(None, None, b"x" * 1001)
    assert caught.value.messages == ["The file has 1,001 bytes; at most 1,000 are taken"]


def test_overlaps_are_taken_when_that_is_meant():
    data = schedule([event(), event(id="2", guid=guid(2), title="Second")])
    with pytest.raises(formats.ScheduleError) as caught:
        acts.import_schedule(None, None, data)
    assert caught.value.messages == [
        "Line 23, <event>: “Second” begins in Hall at 2027-11-03 09:00, "
        "while “Opening” (line 13) is still there"
    ]
    report = acts.import_schedule(None, None, data, allow_overlaps=True)
    assert (len(report.new), len(report.overlaps)) == (2, 1)


def test_a_dry_run_tells_the_same_and_writes_nothing():
    report = acts.import_schedule(None, None, schedule(event(more=PEOPLE)), dry_run=True)
    assert (report.is_new, len(report.new), report.new_persons, report.new_rooms) == (True, 1, 2, 1)
    assert everything() == [0, 0, 0, 0, 0, 0]


def test_translations_made_here_stay_and_are_marked_outdated():
    acts.import_schedule(None, None, schedule(event()))
    session = Session.objects.get()
    session.title = session.title.edited({"en": "Opening", "fr": "Ouverture"})
    session.save()
    acts.import_schedule(None, None, schedule(event(title="Grand opening")))
    session.refresh_from_db()
    assert session.title.values == {"en": "Grand opening", "fr": "Ouverture"}
    assert session.title.state("fr") == "outdated"


def test_what_was_added_here_by_hand_stays():
    acts.import_schedule(None, None, schedule(event(more=PEOPLE + LINKS)))
    session = Session.objects.get()
    moderator = make_person("Cy")
    parts = [(part.person, part.role) for part in session.parts.all()]
    acts.edit_session(None, session, people=[*parts, (moderator, "moderator")])
    acts.add_link(None, session, url="https://b.example/", title="B")
    own = make_session(session.gathering, "Ours")
    report = acts.import_schedule(None, None, schedule(event(more=PEOPLE.replace("Bo", "Bob") + LINKS)))
    assert (report.changed, report.cancelled) == ((), ())
    assert report.changed_persons == 1
    assert [(part.person.name.get("en"), part.role) for part in session.parts.order_by("position")] == [
        ("Ada", "speaker"),
        ("Bob", "speaker"),
        ("Cy", "moderator"),
    ]
    assert sorted(session.links.values_list("title", flat=True)) == ["A", "B"]
    own.refresh_from_db()
    assert not own.is_cancelled


def test_a_gathering_made_by_hand_keeps_its_facts():
    gathering = make_gathering(slug="summit-2027", title=Text.of("Our summit"))
    for _ in range(2):
        acts.import_schedule(None, gathering, schedule(event()))
        gathering.refresh_from_db()
        assert gathering.title == Text.of("Our summit")


def test_a_person_with_an_account_keeps_the_name_that_she_gives():
    user = make_user(name="Ada Lovelace")
    Person.objects.filter(user=user).update(external_id="summit:7")
    acts.import_schedule(None, None, schedule(event(more=PEOPLE)))
    assert Person.objects.get(user=user).name.get("en") == "Ada Lovelace"
    assert Person.objects.count() == 2


def test_an_address_once_made_stays_when_the_title_changes():
    acts.import_schedule(None, None, schedule(event()))
    slug = Session.objects.get().slug
    report = acts.import_schedule(None, None, schedule(event(title="Another name")))
    assert [item.fields for item in report.changed] == [("title",)]
    assert Session.objects.get().slug == slug == "opening"


def test_two_sessions_of_one_title_get_two_addresses():
    later = event(id="2", guid=guid(2), date="2027-11-03T10:00:00+08:00")
    acts.import_schedule(None, None, schedule([event(), later]))
    assert sorted(Session.objects.values_list("slug", flat=True)) == ["opening", "opening-2"]


def test_a_file_that_contradicts_what_is_here_is_refused():
    later = event(id="2", guid=guid(2), title="Second", date="2027-11-03T10:00:00+08:00")
    acts.import_schedule(None, None, schedule([event(), later]))
    with pytest.raises(formats.ScheduleError) as caught:
        acts.import_schedule(None, None, schedule(event(guid=guid(2))))
    assert caught.value.messages == [
        "Line 13, <event>: its guid is that of “Second” here, but its id that of “Opening”: "
        "which of the two is it?"
    ]


def test_a_person_named_twice_in_one_session_is_one_part_and_twice_in_the_export():
    twice = PEOPLE.replace("</persons>", '<person id="7">Ada</person></persons>')
    gathering = acts.import_schedule(None, None, schedule(event(more=twice))).gathering
    assert SessionPerson.objects.count() == 2
    assert [one.name for one in export.schedule_of(gathering).events()[0].persons] == ["Ada", "Bo", "Ada"]


def test_sessions_without_guid_are_known_again_by_their_id():
    data = schedule(event(guid=""))
    acts.import_schedule(None, None, data)
    assert acts.import_schedule(None, None, data).changes_nothing
    assert Session.objects.count() == 1


def test_what_has_no_column_comes_out_again():
    data = schedule(
        event(more="<mood>calm</mood>" + PEOPLE.replace('id="7"', 'id="7" badge="gold"')),
        conference="<motto>Open</motto>\n",
    )
    gathering = acts.import_schedule(None, None, data).gathering
    assert frab.read("".join(frab.write(export.schedule_of(gathering))).encode()) == frab.read(data)


def test_an_import_marks_the_programme_as_changed_once():
    gathering = acts.import_schedule(None, None, schedule(event())).gathering
    gathering.refresh_from_db()
    assert gathering.changed_at is not None
    acts.release(None, gathering)
    acts.import_schedule(None, None, schedule(event()))
    gathering.refresh_from_db()
    assert gathering.changed_at is None


@pytest.mark.parametrize(
    ("said", "website"),
    [
        ("<base_url>javascript:alert(1)</base_url>", ""),
        ("<base_url>https://a.example/</base_url>", "https://a.example/"),
        (
            "<base_url>https://a.example/</base_url><url>data:text/html,x</url>",
            "https://a.example/",
        ),
    ],
)
def test_an_address_that_is_none_of_the_web_is_no_website(client, said, website):
    acts.import_schedule(None, None, schedule(event(), conference=said))
    gathering = Gathering.objects.get()
    assert gathering.website == website
    gathering.state = Gathering.State.ANNOUNCED
    gathering.website = "javascript:alert(1)"  # as if a row had been changed behind the acts' back
    gathering.save()
    page = client.get(f"/en/gatherings/{gathering.slug}/").content.decode()
    assert 'href="javascript:' not in page
