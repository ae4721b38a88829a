"""Texts: three of public record, of which states have signed one; and three made-up ones, in consultation,
put to adoption, being signed."""

from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from summitry.demo.texts import LANGUAGES, read, text
from summitry.documents import acts, preparing
from summitry.documents.changes import Insert
from summitry.documents.models import Amendment, Comment, Document, FullPowers, Position, Signature, Version
from summitry.documents.roll import Row
from summitry.documents.structure import Kind, Passage
from summitry.people import countries
from summitry.people.acts import ensure_organisation, grant
from summitry.people.models import Organisation, Role, User, scope_of
from summitry.text.value import Text

from .papers import sheet
from .people import account_for
from .story import FOUNDED, Story, Thread

CODES = list(LANGUAGES.values())


def threads(story: Story) -> Iterator[Thread]:
    yield issued(story)
    samples: tuple[type[_Sample], ...] = (_Signing, _Adopting, _Consulting)
    for sample in samples:
        yield sample(story).tell()


def issued(story: Story) -> Thread:
    """What is older than the record is entered when the record begins, and says so by its own dates."""
    data = read("documents")
    yield FOUNDED + timedelta(hours=2)
    secretariat = story.users["secretariat"]
    row = data["signed"]
    initiative = _document(secretariat, _summed_up(row, data), open_to_signature=True)
    version = _publish(secretariat, initiative, Version.Stage.FINAL, _told(row, data))
    acts.begin_adoption(
        secretariat,
        version,
        "acclamation",
        on=row["day"],
        place=text(row["place"]),
        chair=text(row["chair"]),
        statement=text(row["statement"]),
    )
    states = [
        Row(number, code, countries.name(code, "en"), "state", code, row["day"])
        for number, code in enumerate(row["countries"], 2)
    ]
    acts.take_in_signatories(secretariat, initiative, states, source=row["source"])
    made: dict[str, Document] = {}
    for row in data["issued"]:
        yield FOUNDED + timedelta(hours=2)
        parent = made.get(row.get("derives_from", ""))
        document = _document(secretariat, _summed_up(row, data), derives_from=parent)
        _publish(secretariat, document, row["stage"], _told(row, data))
        made[row["slug"]] = document


def _summed_up(row: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """A text of public record with what stands here said in its summary as well."""
    said = {code: f"{words.strip()} {data['note'][code]}" for code, words in row["summary"].items()}
    return {**row, "summary": said}


def _told(row: dict[str, Any], data: dict[str, Any]) -> list[Any]:
    """The passages of a text of public record, and before them that they are not the text itself."""
    return [["paragraph", data["note"]], *row["passages"]]


def _document(actor: User, row: dict[str, Any], **columns: Any) -> Document:
    return acts.create_document(
        actor,
        slug=row["slug"],
        title=text(row["title"]),
        summary=text(row.get("summary")),
        issued_by=text(row.get("issued_by")),
        languages=CODES,
        authentic=row.get("authentic", []),
        **columns,
    )


def _passage(kind: str, words: dict[str, str]) -> Passage:
    return Passage(Kind(kind), text(words).values)


def _publish(actor: User, document: Document, stage: str, rows: list[Any]) -> Version:
    """The next version, with all its translations reviewed."""
    version = acts.start_draft(actor, document, stage, empty=True)
    version = acts.write_draft(actor, version, [_passage(*row) for row in rows])
    for code in CODES[1:]:
        acts.review_translation(actor, version, code, _anchors(version))
    return acts.publish_version(actor, version)


def _anchors(version: Version) -> list[str]:
    return list(version.provisions.values_list("anchor", flat=True))


class _Sample(ABC):
    """What the made-up texts share: their words, and who speaks for which body."""

    name: str  # of its words

    def __init__(self, story: Story) -> None:
        self.story, self.row = story, read("drafts")[self.name]

    @abstractmethod
    def tell(self) -> Thread: ...

    @property
    def secretariat(self) -> User:
        return self.story.users["secretariat"]

    def body(self, key: str) -> Organisation:
        row = read("drafts")["bodies"][key]
        return ensure_organisation(text(row["name"]), kind=row["kind"], country=row["country"])

    def convener(self, place: int) -> Organisation:
        """A body that convenes the preparatory meetings, for which the focal point of this number speaks."""
        row = read("dialogues")["bodies"][place - 1]
        return ensure_organisation(text(row["name"]), kind=row["kind"], country=row["country"])

    def document(self, **columns: Any) -> Document:
        return _document(self.secretariat, {"summary": read("drafts")["sample"], **self.row}, **columns)

    def publish(self, document: Document, stage: str) -> Version:
        return _publish(self.secretariat, document, stage, self.row["passages"])


class _Signing(_Sample):
    """Adopted without an objection; of those that sign, one is done, others wait for the depositary."""

    name = "signing"

    def tell(self) -> Thread:
        opened = self.row["opened"]
        yield self.story.ago(opened)
        academy = self.body("academy")
        grant(None, self.story.users["delegate"].person, Role.DELEGATE, scope_of(academy))
        document = self.document(open_to_signature=True)
        version = self.publish(document, Version.Stage.FINAL)
        closes = timezone.now() + timedelta(days=document.objection_days, minutes=1)
        entitled = [self.convener(1), self.convener(2), academy]
        acts.begin_adoption(self.secretariat, version, "consensus", closes_at=closes, entitled=entitled)
        yield self.story.ago(opened - document.objection_days - 1)
        acts.close_due_adoptions()
        for number, row in enumerate(self.row["signed"], 1):
            yield self.story.ago(row["ago"])
            self.sign(document, number, row)
        focal_point = self.story.users["focal-point-1"]
        self.powers(focal_point, document, self.convener(1), definitive=True)

    def powers(self, user: User, document: Document, body: Organisation, definitive: bool) -> FullPowers:
        words = text(read("drafts")["capacity"])
        paper = sheet(f"Full powers: {body.name}")
        return acts.give_powers(user, document, body, capacity=words, file=paper, binding=definitive)

    def sign(self, document: Document, number: int, row: dict[str, Any]) -> None:
        """Full powers that the depositary finds in order; with them, unless they wait for a paper, a
        signature with a key; certified, unless it waits for that."""
        user, depositary = account_for(self.story, f"signatory-{number}"), self.story.users["depositary"]
        powers = self.powers(user, document, self.body(row["body"]), row["definitive"])
        powers = acts.verify_powers(depositary, powers)
        if row["state"] == FullPowers.State.VERIFIED:
            return
        kind = Signature.Kind.DEFINITIVE if row["definitive"] else Signature.Kind.SIMPLE
        version = document.versions.get(adopted_at__isnull=False)
        ready = preparing.prepare(user, version, powers, kind, Text(), [], timezone.now())
        signature = acts.sign(user, document, ready.word, "key", _by_key(ready.message))
        if row["state"] == Signature.State.CERTIFIED:
            acts.certify_signature(depositary, signature)


def _by_key(message: bytes) -> dict[str, str]:
    """What a browser sends that made a key for this one signature."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    return {"key": b64encode(public).decode(), "signature": b64encode(key.sign(message)).decode()}


class _Adopting(_Sample):
    """A final text to which three bodies may object, for some days still."""

    name = "adopting"

    def tell(self) -> Thread:
        yield self.story.ago(self.row["opened"])
        document = self.document(open_to_signature=True)
        version = self.publish(document, Version.Stage.FINAL)
        closes = timezone.now() + timedelta(days=document.objection_days, minutes=1)
        acts.begin_adoption(
            self.secretariat,
            version,
            "consensus",
            closes_at=closes,
            entitled=[self.convener(1), self.convener(2), self.body("academy")],
        )
        yield self.story.ago(1)
        acts.state_position(
            self.story.users["focal-point-2"],
            version,
            self.convener(2),
            Position.Kind.DECLARATION,
            Text.of(*_said(self.row["position"])),
            _anchors(version)[2:3],
        )


def _said(words: dict[str, str]) -> tuple[str, str]:
    """What somebody writes in her one language, and which it is."""
    [(code, said)] = words.items()
    return said, LANGUAGES[code]


class _Consulting(_Sample):
    """A zero draft on which all was answered, and its revision, on which comments run."""

    name = "consulting"

    def tell(self) -> Thread:
        opened, users, first = self.row["opened"], self.story.users, self.row["first"]
        yield self.story.ago(opened)
        document = self.document()
        zero = self.publish(document, Version.Stage.ZERO)
        days = timedelta(days=document.comment_days, minutes=2)
        acts.open_comments(self.secretariat, zero, timezone.now() + days)
        yield self.story.ago(opened - 6)
        anchors = _anchors(zero)
        comment = _comment(users["applicant-1"], zero, first["comment"], anchors[1])
        other = _comment(users["focal-point-2"], zero, first["other"], anchors[6], self.convener(2))
        amendment = _amend(users["focal-point-1"], zero, first, anchors[5], self.convener(1))
        acts.support(users["applicant-2"], amendment)
        yield self.story.ago(opened - document.comment_days - 2)
        acts.answer(self.secretariat, [comment], "noted", text(first["noted"]))
        acts.answer(self.secretariat, [other], "not_accepted", text(first["refused"]))
        draft = acts.start_draft(self.secretariat, document, Version.Stage.REVISION)
        acts.take_amendment(self.secretariat, amendment, text(first["taken"]))
        acts.publish_disposition(self.secretariat, zero)
        added = Insert(_passage("item", self.row["added"]), anchors[6])
        draft = acts.change_draft(self.secretariat, draft, [added])
        yield from self.revised(document, draft)

    def revised(self, document: Document, draft: Version) -> Thread:
        """Published with what translators owe: a translation that is behind, and one that is missing, in all
        languages but one."""
        yield self.story.ago(self.row["revised"])
        users, second = self.story.users, self.row["second"]
        days = timedelta(days=document.comment_days, minutes=2)
        version = acts.publish_version(self.secretariat, draft, comments_until=timezone.now() + days)
        *_others, amended, _small, added = anchors = _anchors(version)
        mended, language = _said(self.row["mended"])
        acts.translate_and_review(users["translator"], version, language, {amended: mended}, [amended, added])
        yield self.story.ago(self.row["revised"] - 4)
        _comment(users["applicant-2"], version, second["comment"], added)
        academy, delegate, quoted = self.body("academy"), users["delegate"], second["quoted"]
        _comment(delegate, version, second["other"], anchors[4], academy, quoted)
        amendment = _amend(users["focal-point-2"], version, second, anchors[4], self.convener(2))
        acts.support(delegate, amendment, organisation=academy)


def _comment(
    user: User,
    version: Version,
    words: dict[str, str],
    anchor: str,
    body: Organisation | None = None,
    quote: str = "",
) -> Comment:
    said, language = _said(words)
    return acts.comment(user, version, said, language=language, anchor=anchor, quote=quote, organisation=body)


def _amend(user: User, version: Version, row: dict[str, Any], anchor: str, body: Organisation) -> Amendment:
    reason, language = _said(row["why"])
    return acts.amend(
        user,
        version,
        "replace",
        anchor=anchor,
        words=row["words"],
        reason=reason,
        reason_language=language,
        organisation=body,
    )
