"""After any sequence of acts every published page of documents, as it is served, equals a fresh one."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from summitry.documents import acts, dispositions, formats, preparing, tasks
from summitry.documents.changes import Write
from summitry.documents.models import Adoption, Amendment, Comment, Document, Objection, Position, Signature
from summitry.documents.structure import Kind, Passage
from summitry.documents.tests.signing import Browser, a_file, a_signatory, acclaimed
from summitry.people import acts as people
from summitry.people.models import Organisation, Role, scope_of
from summitry.people.tests.factories import make_institution, make_organisation, make_user
from summitry.text.tests.providers import HERE
from summitry.text.value import Text
from tests.machine import WHICH, WORDS, Machine, one_of, run

OUTCOMES = st.sampled_from([one.key for one in dispositions.every()])
TWO = {"en": "We act.", "ar": "نعمل."}


def at_last(until):
    """A moment after what ends then."""
    return until + timedelta(seconds=1)


class Documents(Machine):
    """A text on which people comment, one that two states sign, one that is put to adoption."""

    @initialize()
    def begin(self):
        make_institution()
        self.secretariat, self.depositary = make_user(Role.SECRETARIAT), make_user("depositary")
        self.users = [make_user() for _n in range(3)]
        self.bodies = [make_organisation(f"State {n}", kind="state", country="EG") for n in range(2)]
        self.delegates = [make_user("delegate", scope_of(body)) for body in self.bodies]
        self.documents = []
        for words in ("Bridges", "Ferries", "Locks"):
            self.create(words)
        self.consulted, self.adopted, self.final = self.documents
        acts.open_comments(None, self.version(self.consulted), timezone.now() + timedelta(days=20))
        for one in (self.adopted, self.final):
            self.revise(self.documents.index(one), "Quays", "final")
        acts.begin_adoption(None, self.version(self.adopted), "acclamation", **acclaimed())
        self.powers = [a_signatory(self.adopted, body) for body in self.bodies]
        for which in range(2):
            self.comment(which, "Canals", 0)
            self.amend(which, "Canals", which)
        self.open_doors()

    def version(self, document):
        """The newest that is published."""
        return document.versions.filter(published_at__isnull=False).latest("number")

    def said(self, which):
        """A comment or an amendment."""
        found = [*Comment.objects.filter(version__document=self.consulted)]
        return one_of([*found, *Amendment.objects.filter(version__document=self.consulted)], which)

    def asked(self, which):
        return one_of([*Amendment.objects.filter(version__document=self.consulted)], which)

    # -- texts -----------------------------------------------------------------------------------
    @rule(words=WORDS)
    def create(self, words):
        facts = {"languages": ["en", "ar"], "authentic": ["en"], "open_to_signature": True, "comment_days": 1}
        made = acts.create_document(None, title=Text.of(words), slug=f"d{Document.objects.count()}", **facts)
        draft = acts.start_draft(None, made, "zero")
        acts.write_draft(None, draft, [Passage(Kind.PARAGRAPH, {**TWO, "en": f"{words}."})] * 2)
        acts.publish_version(None, draft)
        self.documents.append(made)
        self.done["create"] += 1

    @rule(which=WHICH, words=WORDS)
    def edit(self, which, words):
        one = Document.objects.get(pk=one_of(self.documents, which).pk)
        parent = None if one in self.documents[:3] else self.documents[0]
        facts = {"title": Text.of(f"{words} anew"), "derives_from": parent}
        self.attempt("edit", lambda: acts.edit_document(self.secretariat, one, one.version, **facts))

    @rule(which=WHICH, words=WORDS, stage=st.sampled_from(["revision", "final"]))
    def revise(self, which, words, stage):
        document = one_of(self.documents, which)
        draft = self.attempt("draft", lambda: acts.start_draft(None, document, stage))
        if draft:
            acts.change_draft(None, draft, [Write("p2", {"en": f"{words} once more."})])
            acts.publish_version(None, draft, comments_until=timezone.now() + timedelta(days=20))

    @rule(which=WHICH)
    def take(self, which):
        """An amendment into the version that follows."""
        said = self.asked(which)
        if draft := self.attempt("draft", lambda: acts.start_draft(None, self.consulted, "revision")):
            try:
                self.attempt("take", lambda: acts.take_amendment(self.secretariat, said, "Better"))
            except acts.Differs:
                acts.discard_draft(self.secretariat, draft)
            else:
                acts.publish_version(None, draft, comments_until=timezone.now() + timedelta(days=20))

    @rule(which=WHICH, words=WORDS)
    def begin_a_draft(self, which, words):
        """Which nobody outside may see."""
        document = one_of(self.documents, which)
        if draft := self.attempt("secret", lambda: acts.start_draft(None, document, "revision")):
            acts.change_draft(None, draft, [Write("p1", {"en": f"{words} in secret."})])
            acts.discard_draft(self.secretariat, draft)

    @rule(which=WHICH, words=WORDS, reviewed=st.booleans())
    def translate(self, which, words, reviewed):
        version, given = self.version(one_of(self.documents, which)), {"p1": f"{words} بالعربية"}
        act = acts.translate_and_review if reviewed else acts.translate
        self.attempt("translate", lambda: act(None, version, "ar", given, *([given] if reviewed else [])))

    @rule()
    def machines(self):
        """They translate what nobody has."""
        self.done["machines"] += tasks.translate_due()

    # -- consulted on ----------------------------------------------------------------------------
    @rule(which=WHICH, words=WORDS, who=WHICH)
    def comment(self, which, words, who):
        version, anchor = self.version(self.consulted), one_of(["", "p1", "p2"], which)
        said = {"language": one_of(["en", "ar"], which), "anchor": anchor}
        user = one_of(self.users, who)
        self.attempt("comment", lambda: acts.comment(user, version, f"{words} {which}", **said))

    @rule(which=WHICH, words=WORDS, who=WHICH)
    def amend(self, which, words, who):
        version, user = self.version(self.consulted), one_of(self.users, who)
        asked = {"anchor": one_of(["p1", "p2"], which), "words": f"{words} {which}.", "reason": words}
        self.attempt("amend", lambda: acts.amend(user, version, "replace", **asked))

    @rule(which=WHICH, who=WHICH)
    def support(self, which, who):
        said, user = self.asked(which), one_of(self.users, who)
        act = acts.withdraw_support if who % 2 else acts.support
        self.attempt(act.__name__, lambda: act(user, said))

    @rule(which=WHICH)
    def withdraw(self, which):
        said = self.said(which)
        act = acts.withdraw_comment if isinstance(said, Comment) else acts.withdraw_amendment
        if user := said.person and said.person.user:
            self.attempt(act.__name__, lambda: act(user, said))

    @rule(which=WHICH, words=WORDS)
    def moderate(self, which, words):
        said = self.said(which)
        if said.state == "removed":
            self.attempt("show", lambda: acts.show_contribution(self.secretariat, said))
        else:
            self.attempt("remove", lambda: acts.remove_contribution(self.secretariat, said, words))

    @rule(which=WHICH, words=WORDS)
    def translate_comment(self, which, words):
        said = one_of([*Comment.objects.filter(version__document=self.consulted)], which)
        code = "en" if said.text.source == "ar" else "ar"
        self.attempt(
            "translate comment", lambda: acts.translate_comment(self.secretariat, said, code, f"{words}.")
        )

    @rule(which=WHICH, outcome=OUTCOMES, words=WORDS, publish=st.booleans())
    def answer(self, which, outcome, words, publish):
        said = self.said(which)
        if said.has_public_answer:
            act = lambda: acts.correct_answer(self.secretariat, said, outcome, words, "Mistaken")  # noqa: E731
            self.attempt("correct", act)
        else:
            act = lambda: acts.answer(self.secretariat, [said], outcome, words, publish=publish)  # noqa: E731
            self.attempt("answer", act)

    @rule(which=WHICH, words=WORDS)
    def combine(self, which, words):
        parts = [self.asked(which), self.asked(which + 1)]
        act = lambda: acts.combine_amendments(  # noqa: E731
            self.secretariat, parts, words=words, reason="Alike"
        )
        self.attempt("combine", act)

    @rule(days=st.integers(21, 60))
    def extend(self, days):
        version, until = self.version(self.consulted), timezone.now() + timedelta(days=days)
        self.attempt("extend", lambda: acts.extend_comments(self.secretariat, version, until, "More time"))

    @rule()
    def publish_answers(self):
        version = self.version(self.consulted)
        late = at_last(version.comments_until or timezone.now())
        for model in (Comment, Amendment):
            for said in model._default_manager.filter(version=version):
                self.attempt(
                    "answer", lambda said=said: acts.answer(self.secretariat, [said], "noted", "So.")
                )
        self.attempt("dispose", lambda: acts.publish_disposition(self.secretariat, version, now=late))

    @rule(which=WHICH, words=WORDS)
    def report(self, which, words):
        version = self.version(self.consulted)
        found = self.attempt(
            "report", lambda: acts.report_error(one_of(self.users, which), version, f"{words} {which}")
        )
        if found:
            self.attempt("reply", lambda: acts.reply_to_report(self.secretariat, found, False, words))

    # -- adopted and signed ----------------------------------------------------------------------
    @rule()
    def begin_adoption(self):
        """By consensus: whoever speaks for a body may object."""
        version, until = self.version(self.final), timezone.now() + timedelta(days=30)
        act = lambda: acts.begin_adoption(None, version, "consensus", closes_at=until)  # noqa: E731
        self.attempt("put to adoption", act)

    @rule(which=WHICH, words=WORDS)
    def object_to(self, which, words):
        adoption = Adoption.objects.filter(version__document=self.final).last()
        if adoption is None:
            return
        user, body = one_of(self.delegates, which), one_of(self.bodies, which)
        standing = Objection.objects.filter(adoption=adoption, organisation=body, withdrawn_at=None).first()
        if standing:
            self.attempt("withdraw objection", lambda: acts.withdraw_objection(user, standing))
        else:
            self.attempt("object", lambda: acts.object_to_adoption(user, adoption, body, words))

    @rule()
    def close_adoption(self):
        adoption = Adoption.objects.filter(version__document=self.final, state="open").last()
        if adoption:
            late = at_last(adoption.closes_at)
            self.attempt("close", lambda: acts.close_adoption(None, adoption, now=late))

    @rule(which=WHICH, words=WORDS)
    def state_position(self, which, words):
        user, body = one_of(self.delegates, which), one_of(self.bodies, which)
        version = self.version(one_of([self.adopted, self.final], which // 2))
        stated = ("statement", Text.of(f"{words} {which}"), ["p1"])
        self.attempt("state", lambda: acts.state_position(user, version, body, *stated))

    @rule(which=WHICH)
    def withdraw_position(self, which):
        found = [*Position.objects.filter(organisation__in=self.bodies)]
        if found:
            one = one_of(found, which)
            user = self.delegates[self.bodies.index(one.organisation)]
            self.attempt("withdraw position", lambda: acts.withdraw_position(user, one))

    @rule(which=WHICH)
    def sign(self, which):
        powers = one_of(self.powers, which)
        user, version = powers.person.user, self.version(self.adopted)

        def act():
            asked = (user, version, powers, "definitive", Text(), [], timezone.now())
            ready = preparing.prepare(*asked)
            return acts.sign(user, self.adopted, ready.word, "key", Browser().sign(ready.message))

        self.attempt("sign", act)

    @rule(which=WHICH)
    def sign_on_paper(self, which):
        given = {"kind": "definitive", "signed_on": timezone.now().date(), "file": a_file(f"{which}.pdf")}
        powers = one_of(self.powers, which)
        act = lambda: acts.enter_signature(self.depositary, self.adopted, powers, **given)  # noqa: E731
        self.attempt("paper", act)

    def signature(self, which):
        found = [*Signature.objects.filter(document=self.adopted).order_by("pk")]
        return one_of(found, which) if found else None

    @rule(which=WHICH, words=WORDS, refuse=st.booleans())
    def certify(self, which, words, refuse):
        if one := self.signature(which):
            act = acts.refuse_signature if refuse else acts.certify_signature
            self.attempt(act.__name__, lambda: act(self.depositary, one, *([words] if refuse else [])))

    @rule(which=WHICH, words=WORDS, later=st.booleans())
    def withdraw_signature(self, which, words, later):
        if one := self.signature(which):
            ends = timezone.now().date() + timedelta(days=40) if later else None
            act = lambda: acts.withdraw_signature(  # noqa: E731
                self.depositary, one, ends_on=ends, reason=words
            )
            self.attempt("withdraw signature", act)

    # -- people ----------------------------------------------------------------------------------
    @rule(which=WHICH, words=WORDS)
    def rename(self, which, words):
        user = one_of([*self.users, *(one.person.user for one in self.powers)], which)
        user.person.refresh_from_db()
        people.update_profile(user, user.person, user.person.version, name=Text.of(f"{words} {which}"))
        body = Organisation.objects.get(pk=one_of(self.bodies, which).pk)
        people.update_organisation(self.secretariat, body, body.version, name=Text.of(f"{words} of {which}"))
        self.done["rename"] += 1

    @rule(which=WHICH)
    def erase(self, which):
        gone = one_of(self.users, which)
        people.erase(gone)
        self.users[self.users.index(gone)] = make_user()
        self.done["erase"] += 1

    # -- what is read ----------------------------------------------------------------------------
    def addresses(self, code):
        yield from ("", "documents/", "record/")
        for document in Document.objects.filter(pk__in=[one.pk for one in self.documents]):
            base = f"documents/{document.slug}/"
            yield from (base, f"{base}adoption/", f"{base}positions/", f"{base}copy/")
            yield from (
                f"{base}signatures/",
                f"{base}signatures/?state=withdrawn",
                f"{base}signatures/?page=1",
            )
            yield from (f"{base}signatures/{one.uid}/" for one in document.signatures.all())
            for version in document.versions.all():
                yield from self.of_version(f"{base}{version.number}/", version)
            for one in formats.writers():
                if one.key != "pdf":  # which takes a second
                    yield f"//documents/{document.slug}/1/text.{one.extension}?text={code}"
        yield from (f"organisations/{one.slug}/" for one in self.bodies)
        yield from (f"//sitemap-{code}.xml", "//api/v1/documents", "//record/checkpoint")

    def of_version(self, at, version):
        yield from (at, f"{at}?with=ar", f"{at}?text=ar", f"{at}since/", f"{at}compare/1/")
        if version.document != self.consulted:
            return
        for name, rows in (("comments", version.comments), ("amendments", version.amendments)):
            yield from (f"{at}{name}/", f"{at}{name}/?provision=p1")
            yield from (f"{at}{name}/{one.number}/" for one in rows.all())
        yield from (f"{at}disposition/", f"{at}disposition/?kind=comments", f"{at}disposition/?answer=noted")


pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shelf_dir")]


@pytest.fixture(autouse=True)
def _provider(settings):
    settings.SUMMITRY_TRANSLATOR = f"{HERE}.Upside"


def test_after_any_acts_what_is_served_equals_a_fresh_page():
    run(Documents)
    assert Machine.done["kept"] > 100  # it is kept pages that were compared


# Those of one line show on different pages.
ACTS = (
    [("comment", 4, "Locks", 1), ("sign", 0), ("begin_adoption",)],
    [("amend", 3, "Locks", 0), ("state_position", 0, "Quays"), ("translate", 2, "Quays", False)],
    [("machines",)],
    [("support", 0, 2), ("certify", 0, "", False)],
    [("support", 0, 1), ("object_to", 0, "Quays"), ("translate", 1, "Quays", True)],
    [("rename", 0, "Quays")],
    [("moderate", 1, "Quays"), ("sign_on_paper", 1), ("object_to", 0, "Quays")],
    [("translate_comment", 0, "Quays"), ("withdraw_signature", 0, "Quays", False)],
    [("moderate", 1, "Quays"), ("withdraw_position", 0), ("close_adoption",)],
    [("combine", 1, "Quays"), ("certify", 1, "Quays", True)],
    [("extend", 40), ("sign", 1)],
    [("withdraw", 2), ("certify", 2, "", False)],
    [("answer", 0, "noted", "Quays", True), ("withdraw_signature", 2, "Quays", True)],
    [("answer", 0, "accepted", "Quays", True), ("create", "Quays")],
    [("withdraw", 3), ("edit", 3, "Quays")],
    [("begin_a_draft", 0, "Quays")],
    [("publish_answers",)],
    [("report", 0, "Quays")],
    [("machines",)],
    [("erase", 1)],
    [("revise", 0, "Canals", "revision")],
    [("edit", 0, "Quays")],
    [("comment", 3, "Locks", 0), ("amend", 3, "Canals", 0)],
    [("take", 3)],
)


def test_each_act_does_something_and_every_page_follows():
    """In an order in which none is refused; all pages are compared again and again, in two languages."""
    Machine.done.clear()
    machine = Documents()
    machine.begin()
    machine.each_does_something(ACTS)
