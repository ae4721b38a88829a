"""After any sequence of acts every published page of gatherings, cases, calls and the site, as it is served,
equals a fresh one."""

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from summitry.atlas import acts as atlas
from summitry.atlas.models import Case
from summitry.calls import acts as calls
from summitry.calls.tests.factories import make_world
from summitry.gatherings import acts, formats
from summitry.gatherings.models import Gathering, OutcomeDocument, Series, Session, SessionPerson
from summitry.gatherings.tests.factories import DAY, at, make_gathering, make_room, make_track
from summitry.people import acts as people
from summitry.people.models import Organisation, Person, Role
from summitry.people.tests.factories import make_institution, make_organisation, make_user
from summitry.site import acts as site
from summitry.site.models import Page
from summitry.text.value import Text
from tests.machine import WHICH, WORDS, Machine, one_of, run


def text(words: str) -> Text:
    return Text.of(words)


class Published(Machine):
    """Two gatherings that share speakers and conveners, pages, cases, calls; and those who keep them."""

    @initialize()
    def begin(self):
        make_institution()
        self.secretariat = make_user(Role.SECRETARIAT)
        self.users = [make_user() for _n in range(3)]
        self.persons = [user.person for user in self.users]
        self.bodies = [make_organisation(f"Port of {name}") for name in ("One", "Two")]
        self.series = acts.create_series(None, title=text("Summits"), slug=f"s{Series.objects.count()}")
        self.gatherings = [make_gathering(series=self.series), make_gathering(time_zone="Asia/Shanghai")]
        self.rooms = [make_room(self.gatherings[n % 2]) for n in range(4)]
        self.tracks = [make_track(one) for one in self.gatherings]
        self.sessions = []
        for n in range(4):
            self.add(n, "Bridges")
        for one in self.gatherings:
            self.release(0 if one is self.gatherings[0] else 1)
        self.pages, self.cases = [], []
        self.publish_page("Bridges", "document", True)
        self.add_case("Bridges")
        self.open_doors()
        self.done["begin"] += 1

    # -- acts ------------------------------------------------------------------------------------
    @rule(which=WHICH, words=WORDS)
    def add(self, which, words):
        gathering = one_of(self.gatherings, which)
        person = one_of(self.persons, which)
        made = acts.add_session(None, gathering, title=text(words), people=[(person, "speaker")])
        rooms = [room for room in self.rooms if room.gathering_id == gathering.pk]
        acts.place_session(
            None,
            made,
            room=one_of(rooms, which // 2),
            starts=at(6) + timedelta(minutes=30 * len(self.sessions)),
            minutes=30,
        )
        self.sessions.append(made)

    @rule(which=WHICH, words=WORDS)
    def edit(self, which, words):
        session = one_of(self.sessions, which)
        track = next(one for one in self.tracks if one.gathering_id == session.gathering_id)
        self.attempt("edit", lambda: acts.edit_session(None, session, abstract=text(words), track=track))

    @rule(which=WHICH, words=WORDS)
    def retitle(self, which, words):
        session = one_of(self.sessions, which)
        self.attempt("retitle", lambda: acts.edit_session(None, session, title=text(f"{words} anew")))

    @rule(which=WHICH, who=WHICH)
    def speak(self, which, who):
        session, person = one_of(self.sessions, which), one_of(self.persons, who)
        self.attempt("speak", lambda: acts.edit_session(None, session, people=[(person, "moderator")]))

    @rule(which=WHICH, who=WHICH)
    def speak_for(self, which, who):
        part = (one_of(self.persons, who), "speaker", one_of(self.bodies, who // 2))
        session = one_of(self.sessions, which)
        self.attempt("speak for", lambda: acts.edit_session(None, session, people=[part]))

    @rule(which=WHICH, many=st.integers(0, 2))
    def convene(self, which, many):
        session = one_of(self.sessions, which)
        self.attempt("convene", lambda: acts.name_conveners(None, session, self.bodies[:many]))

    @rule(which=WHICH, words=WORDS)
    def write_outcome(self, which, words):
        session, author = one_of(self.sessions, which), one_of(self.persons, which)
        given = {"title": text(words), "text": text(words), "authors": [author]}
        self.attempt("write", lambda: acts.write_outcome(None, session, **given))

    @rule(which=WHICH)
    def publish_outcome(self, which):
        document = OutcomeDocument.objects.filter(session=one_of(self.sessions, which)).first()
        if document is None:
            return
        if document.published_at:
            self.attempt("withdraw outcome", lambda: acts.withdraw_outcome(None, document))
            return
        self.attempt("propose", lambda: acts.propose_outcome(None, document))
        self.attempt("publish", lambda: acts.publish_outcome(None, document))

    @rule(which=WHICH, words=WORDS)
    def rename_body(self, which, words):
        body = Organisation.objects.get(pk=one_of(self.bodies, which).pk)
        people.update_organisation(self.secretariat, body, body.version, name=text(f"{words} of {which}"))

    @rule(which=WHICH, convened=st.booleans(), inside=st.booleans())
    def place_edition(self, which, convened, inside):
        gathering = one_of(self.gatherings, which)
        given = {
            "series": self.series if inside else None,
            "conveners": self.bodies[:1] if convened else [],
        }
        self.attempt("place edition", lambda: acts.edit_gathering(None, gathering, **given))

    @rule(which=WHICH, hour=st.integers(8, 11))
    def move(self, which, hour):
        session = one_of(self.sessions, which)
        room = next(one for one in self.rooms if one.gathering_id == session.gathering_id)
        self.attempt(
            "move", lambda: acts.place_session(None, session, room=room, starts=at(hour), minutes=30)
        )

    @rule(which=WHICH)
    def cancel(self, which):
        session = one_of(self.sessions, which)
        self.attempt("cancel", lambda: acts.cancel_session(None, session))

    @rule(which=WHICH)
    def link(self, which):
        session = one_of(self.sessions, which)
        old = session.links.first()
        if old:
            acts.remove_link(None, old)
        else:
            acts.add_link(None, session, url="https://example.org/paper", title="Paper")
        self.done["link"] += 1

    @rule(which=st.integers(0, 1))
    def release(self, which):
        gathering = self.gatherings[which]
        self.attempt("release", lambda: acts.release(None, gathering, overlap_reason="meant"))

    @rule(which=WHICH, words=WORDS)
    def name_a_place(self, which, words):
        acts.edit_room(None, one_of(self.rooms, which), name=text(words))
        acts.edit_track(None, one_of(self.tracks, which), name=text(words))

    @rule(which=WHICH, words=WORDS)
    def edit_gathering(self, which, words):
        self.attempt(
            "edit gathering",
            lambda: acts.edit_gathering(None, one_of(self.gatherings, which), title=text(words)),
        )

    @rule(words=WORDS)
    def another_gathering(self, words):
        acts.create_gathering(
            None, title=text(words), starts=DAY, ends=DAY, announce=True, slug=f"g{Gathering.objects.count()}"
        )

    @rule(who=st.integers(0, 2), words=WORDS)
    def profile(self, who, words):
        user = self.users[who]
        person = Person.objects.get(user=user)
        people.update_profile(user, person, person.version, name=text(words), biography=text(words))

    @rule(words=WORDS, kind=st.sampled_from(["document", "page", "project", "milestone"]), foot=st.booleans())
    def publish_page(self, words, kind, foot):
        slug = f"page-{Page.objects.count()}"
        self.pages.append(site.create_page(None, slug, kind=kind, title=text(words), in_foot=foot, year=2019))

    @rule(which=WHICH, words=WORDS, shown=st.booleans())
    def edit_page(self, which, words, shown):
        page = Page.objects.get(pk=one_of(self.pages, which).pk)
        site.edit_page(None, page, page.version, body=text(words), shown=shown)

    @rule(which=WHICH, words=WORDS)
    def translate_page(self, which, words):
        page = Page.objects.get(pk=one_of(self.pages, which).pk)
        translated = page.title.edited({**page.title.values, "ar": words})
        self.attempt(
            "translate", lambda: site.translate_page(self.secretariat, page, page.version, title=translated)
        )

    @rule(words=WORDS)
    def add_case(self, words):
        self.cases.append(
            atlas.add_case(None, title=text(words), year=2022, source=text("A report"), countries=["KE"])
        )

    @rule(which=WHICH, words=WORDS)
    def edit_case(self, which, words):
        case = Case.objects.get(pk=one_of(self.cases, which).pk)
        self.attempt(
            "edit case",
            lambda: atlas.edit_case(
                self.secretariat, case, case.version, summary=text(words), countries=["FR"]
            ),
        )

    @rule(which=WHICH)
    def withdraw_case(self, which):
        case = Case.objects.get(pk=one_of(self.cases, which).pk)
        self.attempt(
            "withdraw", lambda: atlas.withdraw_case(self.secretariat, case, text("Wrong"), case.version)
        )

    @rule(words=WORDS)
    def describe(self, words):
        people.update_institution(None, name=text(words), aim=text(words))

    @rule()
    def open_a_call(self):
        world = make_world()
        calls.open_call(world.manager, world.call)
        self.done["call"] += 1

    @rule(which=WHICH, words=WORDS)
    def write_past_every_act(self, which, words):
        Session.objects.filter(pk=one_of(self.sessions, which).pk).update(subtitle=text(words))

    # -- what is read ----------------------------------------------------------------------------
    def addresses(self, code):
        yield from ("", "gatherings/", "documents/", "lists/project/", "cases/", "calls/", "record/")
        yield from ("record/how/", "record/0/", "record/3/")
        for one in Gathering.objects.filter(pk__in=[one.pk for one in self.gatherings]):
            base = f"gatherings/{one.slug}/"
            yield from (base, f"{base}programme/", f"{base}programme/?view=list", f"{base}changes/")
            yield f"{base}programme/?day={DAY}"
            yield f"{base}releases/1/"
            for session in one.sessions.all():
                yield f"{base}sessions/{session.slug}/"
                yield f"{base}sessions/{session.slug}/outcome/"
                yield f"//g/{one.slug}/sessions/{session.slug}.ics?lang={code}"
            for slug in SessionPerson.objects.filter(session__gathering=one).values_list(
                "person__slug", flat=True
            ):
                yield f"{base}people/{slug}/"
            for format_ in formats.public():
                yield f"//g/{one.slug}/{format_.file}?lang={code}"
            yield f"//api/v1/gatherings/{one.slug}/sessions?lang={code}"
        yield f"series/{self.series.slug}/"
        yield from (f"people/{one.slug}/" for one in self.persons)
        yield from (f"organisations/{one.slug}/" for one in self.bodies)
        yield from (f"pages/{one.slug}/" for one in self.pages)
        for case in self.cases:
            yield f"cases/{case.slug}/"
            yield f"cases/{case.slug}.json"
        yield from (f"//sitemap-{code}.xml", "//record/checkpoint", "//api/v1/gatherings", "//api/v1/cases")


pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shelf_dir")]


def test_after_any_acts_what_is_served_equals_a_fresh_page():
    run(Published)
    assert Machine.done["kept"] > 100  # it is kept pages that were compared


def test_each_act_does_something_and_every_page_follows():
    """The same steps in an order in which none is refused, with every page compared before and after."""
    Machine.done.clear()
    machine = Published()
    machine.begin()
    machine.teardown()
    machine.edit(0, "Ferries")
    machine.retitle(1, "Ferries")
    machine.speak(0, 1)
    machine.speak_for(2, 1)
    machine.convene(0, 2)
    machine.write_outcome(0, "Quays")
    machine.place_edition(1, True, True)
    machine.move(2, 11)
    machine.cancel(3)
    machine.link(0)
    machine.release(0)
    machine.release(1)
    machine.edit_gathering(0, "Locks")
    machine.translate_page(0, "Locks")
    machine.edit_case(0, "Locks")
    machine.open_a_call()
    machine.publish_outcome(0)
    machine.teardown()
    machine.rename_body(0, "Quays")
    machine.convene(0, 1)
    machine.withdraw_case(0)
    machine.describe("Quays")
    machine.profile(0, "Quays")
    machine.name_a_place(0, "Quays")
    machine.write_past_every_act(0, "Quays")
    machine.teardown()
    acts_done = (
        "edit",
        "retitle",
        "speak",
        "speak for",
        "convene",
        "write",
        "propose",
        "publish",
        "place edition",
        "move",
        "cancel",
        "edit gathering",
        "translate",
        "edit case",
        "call",
    )
    assert [name for name in (*acts_done, "withdraw", "release") if not machine.done[name]] == []
    assert machine.done["release"] == 4
    assert machine.done["at the porch"] > 50
