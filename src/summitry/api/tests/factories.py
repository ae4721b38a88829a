"""A small institution for machines to read: of each kind one public thing and one that is not."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from summitry.atlas import acts
from summitry.atlas.models import Case
from summitry.atlas.tests.factories import make_case, make_decision, make_rules
from summitry.calls.models import Call, RuleSet, StageRun
from summitry.documents.models import Adoption, Document, Signature, Version
from summitry.documents.tests import factories as texts
from summitry.gatherings.models import (
    Gathering,
    Link,
    Release,
    ReleasedSlot,
    Room,
    Series,
    Session,
    SessionPerson,
    Speaker,
    Track,
)
from summitry.people.models import Role
from summitry.people.tests.factories import make_institution, make_organisation, make_person, make_user
from summitry.text.value import Text

SECRET = "SECRETIVE"  # stands in everything that nobody may read here
MOMENT = datetime(2026, 11, 3, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class World:
    """What was made, by name."""

    case: Case
    elsewhere: Case
    withdrawn: Case
    published: Call
    open: Call
    draft: Call
    gathering: Gathering
    unreleased: Gathering
    hidden: Gathering
    session: Session


def make_call(slug: str, state: str, **rules: object) -> Call:
    call = Call(slug=slug, state=state)
    if state != "draft":
        call.opened_at = MOMENT
    call.set_rules(make_rules(**rules))
    call.save()
    if state != "draft":
        RuleSet.objects.create(call=call, version=1, rules=call.working, digest=call.rules.digest)
    StageRun.objects.create(call=call, key="screening", position=1, kind="screen")
    return call


def make_gathering(slug: str, state: str = "announced", **fields: object) -> Gathering:
    return Gathering.objects.create(
        slug=slug,
        state=state,
        title=Text.of(f"Summit {slug}", zh_hans="峰会"),
        starts=date(2026, 11, 3),
        ends=date(2026, 11, 4),
        time_zone="Asia/Shanghai",
        **fields,
    )


def make_session(gathering: Gathering, slug: str, release: Release | None, **fields: object) -> Session:
    session = Session.objects.create(
        gathering=gathering, slug=slug, title=Text.of(f"Session {slug}", ar="جلسة"), **fields
    )
    if release:
        ReleasedSlot.objects.create(
            release=release,
            session=session,
            room=gathering.rooms.get(),
            track=gathering.tracks.first(),
            day=date(2026, 11, 3),
            starts=MOMENT,
            ends=MOMENT,
            title=session.title,
            language="en",
        )
    return session


def make_document(slug: str, **columns: object) -> Version:
    """An adopted text of two provisions, and its version."""
    document = texts.a_document(slug, open_to_signature=True, **columns)
    version = texts.a_version(document, stage=Version.Stage.FINAL, adopted_at=MOMENT)
    texts.provisions(version, Text.of("We act together.", zh_hans="我们共同行动。"), "This ends here.")
    Adoption.objects.create(
        version=version,
        way="acclamation",
        state=Adoption.State.ADOPTED,
        on=MOMENT.date(),
        place=Text.of("Wuzhen"),
        chair=Text.of("President"),
        statement=Text.of("So decided."),
        decided_at=MOMENT,
    )
    return version


def make_signature(version: Version, name: str) -> Signature:
    """A certified signature of a state by somebody whom nobody is told."""
    return Signature.objects.create(
        document=version.document,
        version=version,
        organisation=make_organisation(name, kind="state", country="EG"),
        person=make_person(f"{SECRET} Minister"),
        kind=Signature.Kind.DEFINITIVE,
        means="paper",
        state=Signature.State.CERTIFIED,
        capacity=Text.of("Minister"),
        signed_on=MOMENT.date(),
        answered_at=MOMENT,
        file_name=f"{SECRET}.pdf",
    )


def make_texts() -> Document:
    """A signed text with a draft after it, and a document of which nothing is published."""
    version = make_document("initiative")
    make_signature(version, "Egypt")
    draft = texts.a_version(version.document, 2, published=False, note=Text.of(f"{SECRET} note"))
    texts.provisions(draft, f"{SECRET} words")
    hidden = texts.a_document("drafted-text", title=Text.of(f"{SECRET} text"), derives_from=version.document)
    texts.a_version(hidden, published=False)
    return version.document


def make_world() -> World:
    make_institution()
    text = make_texts()
    secretariat = make_user(Role.SECRETARIAT, email=f"{SECRET.lower()}@example.org", name=f"{SECRET} Clerk")
    decision = make_decision(answers={"budget": f"{SECRET} budget"})
    applicant = decision.submission.applicant
    applicant.name, applicant.slug = Text.of(f"{SECRET} Applicant"), f"{SECRET.lower()}-applicant"
    applicant.save()
    decision.reason = Text.of(f"{SECRET} reason for the applicant")
    decision.save()
    case = acts.publish_case(secretariat, decision)
    decision.outcome = f"atlas.case:{case.slug}"
    decision.save()
    elsewhere = make_case(Text.of("Elsewhere", zh_hans="别处"), slug="elsewhere", countries=("CN",))
    elsewhere.documents.set([text])
    withdrawn = make_case(slug="withdrawn", body=Text.of(f"{SECRET} text"))
    withdrawn = acts.withdraw_case(secretariat, withdrawn, Text.of("It did not hold"), 1)

    make_decision(accepted=False, answers={"title": Text.of(f"{SECRET} rejected entry").to_json()})
    published = decision.submission.call
    RuleSet.objects.create(call=published, version=1, rules=published.working, digest=published.rules.digest)
    opened = make_call("open-call", "open", title=Text.of("Open call"))
    draft = make_call("draft-call", "draft", title=Text.of(f"{SECRET} draft"))

    series = Series.objects.create(slug="summit", title=Text.of("Summit"))
    gathering = make_gathering("summit-2026", series=series, number=13, place=Text.of("Wuzhen"), country="CN")
    Room.objects.create(gathering=gathering, slug="hall", name=Text.of("Hall"))
    Track.objects.create(gathering=gathering, slug="data", name=Text.of("Data"))
    release = Release.objects.create(gathering=gathering, version=2, digest="ab" * 32, sessions=1)
    gathering.released = release
    gathering.save()
    session = make_session(gathering, "opening", release, abstract=Text.of("What it is about"))
    Link.objects.create(session=session, title="Slides", url="https://example.org/slides")
    speaker = make_person("Speaker One", slug="speaker-one", biography=Text.of("Profile"))
    Speaker.objects.create(gathering=gathering, person=speaker, biography=Text.of("Speaks here"))
    SessionPerson.objects.create(session=session, person=speaker)
    unplaced = make_session(gathering, "unplaced", None, abstract=Text.of(f"{SECRET} session"))
    SessionPerson.objects.create(
        session=unplaced, person=make_person(f"{SECRET} Speaker", slug=f"{SECRET.lower()}-speaker")
    )
    return World(
        case=case,
        elsewhere=elsewhere,
        withdrawn=withdrawn,
        published=published,
        open=opened,
        draft=draft,
        gathering=gathering,
        unreleased=make_gathering("summit-2027"),
        hidden=make_gathering("hidden-2028", "draft", summary=Text.of(f"{SECRET} plans")),
        session=session,
    )
