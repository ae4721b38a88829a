"""After any sequence of acts every published page of opinion votes, as it is served, equals a fresh one."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from summitry.documents import acts as documents
from summitry.documents.models import Amendment
from summitry.documents.tests.consulting import consulted
from summitry.opinions import acts, tasks
from summitry.opinions.models import Conversation, Statement
from summitry.opinions.voices import Voice
from summitry.people import acts as people
from summitry.people.models import Role
from summitry.people.tests.factories import make_institution, make_user
from summitry.text.tests.providers import HERE
from summitry.text.value import Text
from tests.machine import WHICH, WORDS, Machine, one_of, run

VOTES = st.sampled_from([1, -1, 0])


class Opinions(Machine):
    """Two conversations that are open, one that is not, and a text to which a statement may go on."""

    @initialize()
    def begin(self):
        make_institution()
        self.secretariat = make_user(Role.SECRETARIAT)
        self.users = [make_user() for _n in range(12)]
        self.text = consulted(f"text-{Conversation.objects.count()}")
        self.conversations = []
        for words in ("Bridges", "Ferries", "Locks"):
            self.create(words)
        for one in self.conversations[:2]:
            acts.open_conversation(None, one)
        self.crowd(0)
        acts.draw_map(self.conversations[0])
        self.open_doors()

    def now(self, which):
        """A conversation as it is."""
        return Conversation.objects.get(pk=one_of(self.conversations, which).pk)

    def statement(self, which, who):
        return one_of([*self.now(which).statements.select_related("conversation").order_by("number")], who)

    # -- acts ------------------------------------------------------------------------------------
    @rule(words=WORDS)
    def create(self, words):
        slug = f"c{Conversation.objects.count()}"
        made = acts.create_conversation(
            None, title=Text.of(f"{words}?"), slug=slug, policy=Text.of("No insults.")
        )
        acts.add_seeds(None, made, [Text.of(f"{words} number {n}") for n in range(8)])
        self.conversations.append(made)
        self.done["create"] += 1

    @rule(which=WHICH, words=WORDS)
    def edit(self, which, words):
        one = self.now(which)
        facts = {"title": Text.of(f"{words} anew?"), "description": Text.of(words)}
        self.attempt("edit", lambda: acts.edit_conversation(self.secretariat, one, one.version, **facts))

    @rule(which=WHICH)
    def open(self, which):
        self.attempt("open", lambda: acts.open_conversation(None, self.now(which)))

    @rule(which=WHICH, words=WORDS)
    def seed(self, which, words):
        given = [Text.of(f"{words} of the house")]
        self.attempt("seed", lambda: acts.add_seeds(None, self.now(which), given))

    @rule(which=WHICH, who=WHICH, words=WORDS)
    def say(self, which, who, words):
        voice = Voice(user=one_of(self.users, who))
        self.attempt("say", lambda: acts.add_statement(voice, self.now(which), f"{words} says {who}", "en"))

    @rule(which=WHICH, who=WHICH, value=VOTES)
    def vote(self, which, who, value):
        one, voice = self.statement(which, who), Voice(user=one_of(self.users, who))
        self.attempt("vote", lambda: acts.vote(voice, one.conversation.slug, one.number, value))

    @rule(which=WHICH)
    def crowd(self, which):
        """Two camps that agree on the first statement alone."""
        one = self.now(which)
        for at, user in enumerate(self.users):
            for n in one.statements.filter(state="shown").values_list("number", flat=True):
                value = 1 if n == 0 or n % 2 == at % 2 else -1
                self.attempt("vote", lambda n=n, v=value, u=user: acts.vote(Voice(user=u), one.slug, n, v))

    @rule(which=WHICH)
    def draw(self, which):
        one = self.now(which)
        if one.is_public and not one.reported_at:
            self.attempt("draw", lambda: acts.draw_map(one))

    @rule(which=WHICH, who=WHICH, words=WORDS)
    def moderate(self, which, who, words):
        one = self.statement(which, who)
        if one.state == Statement.State.SHOWN:
            self.attempt("remove", lambda: acts.remove_statement(self.secretariat, one, f"{words}: rude"))
        else:
            self.attempt("show", lambda: acts.show_statement(self.secretariat, one))

    @rule(which=WHICH, who=WHICH, words=WORDS)
    def translate(self, which, who, words):
        one = self.statement(which, who)
        given = (self.secretariat, one, "ar", f"{words} بالعربية")
        self.attempt("translate", lambda: acts.translate_statement(*given))

    @rule()
    def machines(self):
        """They translate what nobody has."""
        self.done["machines"] += tasks.translate_due()

    @rule(which=WHICH)
    def close(self, which):
        self.attempt("close", lambda: acts.close_conversation(None, self.now(which)))

    @rule(which=WHICH, words=WORDS)
    def reopen(self, which, words):
        self.attempt("reopen", lambda: acts.reopen_conversation(self.secretariat, self.now(which), words))

    @rule(which=WHICH)
    def report(self, which):
        self.attempt("report", lambda: acts.report_on(self.secretariat, self.now(which)))

    @rule(which=WHICH, words=WORDS)
    def take_up(self, which, words):
        asked = {"version": self.text, "change": "insert", "anchor": "p1", "words": words, "reason": words}
        one = self.now(which).statements.get(number=0)
        self.attempt("take up", lambda: acts.take_up(self.secretariat, one, "documents.amendment", asked))

    @rule(which=WHICH, words=WORDS, publish=st.booleans())
    def answer(self, which, words, publish):
        """What was taken up, over there."""
        found = [*Amendment.objects.filter(version=self.text)]
        if found:
            given = ([one_of(found, which)], "noted", words)
            self.attempt("answer", lambda: documents.answer(self.secretariat, *given, publish=publish))

    @rule(who=WHICH)
    def erase(self, who):
        gone = one_of(self.users, who)
        people.erase(gone)
        self.users[self.users.index(gone)] = make_user()
        self.done["erase"] += 1

    # -- what is read ----------------------------------------------------------------------------
    def addresses(self, code):
        yield from ("", "opinions/", "record/")
        for one in Conversation.objects.filter(pk__in=[one.pk for one in self.conversations]):
            base = f"opinions/{one.slug}/"
            yield from (base, f"{base}map/", f"{base}log/", f"{base}log/?page=1", f"{base}report/")
            yield from (f"{base}statements/{n}/" for n in one.statements.values_list("number", flat=True))
        of_text = f"documents/{self.text.document.slug}/1/"
        yield from (f"{of_text}amendments/", f"{of_text}disposition/")
        yield from (f"{of_text}amendments/{one.number}/" for one in self.text.amendments.all())
        yield from (f"//sitemap-{code}.xml", "//api/v1/opinions")


pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shelf_dir")]


@pytest.fixture(autouse=True)
def _provider(settings):
    settings.SUMMITRY_TRANSLATOR = f"{HERE}.Upside"


def test_after_any_acts_what_is_served_equals_a_fresh_page():
    run(Opinions)
    assert Machine.done["kept"] > 100  # it is kept pages that were compared


# Those of one line show on different pages.
ACTS = (
    [("say", 0, 3, "Quays"), ("edit", 1, "Quays")],
    [("vote", 0, 3, 0), ("seed", 1, "Quays")],
    [("draw", 0), ("translate", 1, 2, "Quays")],
    [("translate", 0, 3, "Quays"), ("moderate", 1, 1, "Quays")],
    [("moderate", 0, 3, "Quays"), ("crowd", 1)],
    [("open", 2), ("draw", 1)],
    [("moderate", 0, 3, "Quays"), ("close", 1)],
    [("machines",)],
    [("erase", 3), ("reopen", 1, "Quays")],
    [("create", "Canals"), ("close", 0)],
    [("report", 0)],
    [("take_up", 0, "Quays")],
    [("answer", 0, "Quays", True)],
)


def test_each_act_does_something_and_every_page_follows():
    """In an order in which none is refused; all pages are compared again and again, in two languages."""
    Machine.done.clear()
    machine = Opinions()
    machine.begin()
    machine.each_does_something(ACTS)
