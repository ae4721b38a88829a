"""Documents and versions: made, drafted, published."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from summitry.documents import acts, source
from summitry.documents.changes import Insert, Move, Remove, Write
from summitry.documents.models import Document, Provision, Version
from summitry.documents.structure import Draft, Kind, Passage
from summitry.people.tests.factories import make_user
from summitry.people.tests.letters import posted
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.record.queries import changed_faces
from summitry.text.value import Text

from . import factories

pytestmark = pytest.mark.django_db
TITLE = Text.of("Initiative", fr="Initiative")


@pytest.fixture
def secretariat():
    return make_user("secretariat")


def kinds() -> list[str]:
    return list(Entry.objects.order_by("index").values_list("kind", flat=True))


def text(version: Version) -> list[tuple[str, str]]:
    return [(one.anchor, one.text.get("en")) for one in version.provisions.order_by("position")]


def passages(*words: str) -> list[Passage]:
    return [Passage(Kind.PARAGRAPH, {"en": one}) for one in words]


@pytest.fixture
def draft(secretariat):
    document = acts.create_document(secretariat, title=TITLE, languages=["en", "fr"], comment_days=14)
    version = acts.start_draft(secretariat, document, "zero")
    return acts.write_draft(secretariat, version, passages("One.", "Two.", "Three."))


def test_from_nothing_to_a_second_version(secretariat, draft):
    assert (draft.document.slug, draft.number, draft.revision, kinds()) == ("initiative", 1, 2, [])
    assert text(draft) == [("p1", "One."), ("p2", "Two."), ("p3", "Three.")]
    with pytest.raises(ValidationError, match="draft already"):
        acts.start_draft(secretariat, draft.document, "zero")
    ends = timezone.now() + timedelta(days=15)
    first = acts.publish_version(secretariat, draft, 2, comments_until=ends)
    assert first.digest == source.digest(first, first.provisions.all())
    assert first.comments_from == first.published_at
    assert kinds() == ["documents.begun", "documents.published"]
    entry = Entry.objects.last()
    assert (entry.subject, entry.facts["number"], entry.facts["digest"]) == (
        "documents.version:initiative/1",
        1,
        first.digest,
    )
    for deed in (
        lambda: acts.publish_version(secretariat, first),
        lambda: acts.write_draft(secretariat, first, passages("Other.")),
        lambda: acts.change_draft(secretariat, first, [Remove("p1")]),
        lambda: acts.take_in(secretariat, first, Draft({}, passages("Other."))),
        lambda: acts.edit_version(secretariat, first, stage="final", note=Text()),
        lambda: acts.discard_draft(secretariat, first),
    ):
        with pytest.raises(ValidationError, match="stays as it is"):
            deed()
    second = acts.start_draft(secretariat, first.document, "revision")
    assert text(second) == text(first)
    acts.change_draft(
        secretariat, second, [Write("p2", {"en": "Two, reworded."}), Insert(passages("New.")[0])]
    )
    acts.publish_version(secretariat, second)
    assert text(second) == [("p4", "New."), ("p1", "One."), ("p2", "Two, reworded."), ("p3", "Three.")]
    assert text(first) == [("p1", "One."), ("p2", "Two."), ("p3", "Three.")]
    assert kinds() == ["documents.begun", "documents.published", "documents.published"]
    assert [one for one in changed_faces() if one.startswith("documents")] == []


def test_only_the_secretariat_drafts_and_publishes(draft):
    other = make_user("translator")
    for deed in (
        lambda: acts.create_document(other, title=TITLE, languages=["en"]),
        lambda: acts.edit_document(other, draft.document, 1, title=TITLE),
        lambda: acts.start_draft(other, factories.a_document("other"), "zero"),
        lambda: acts.edit_version(other, draft, stage="final", note=Text()),
        lambda: acts.write_draft(other, draft, passages("Mine")),
        lambda: acts.change_draft(other, draft, [Remove("p1")]),
        lambda: acts.write_provision(other, draft, Write("p1", {"en": "Mine"})),
        lambda: acts.insert_provision(other, draft, passages("Mine")[0]),
        lambda: acts.remove_provision(other, draft, "p1"),
        lambda: acts.move_provision(other, draft, "p1", "p2"),
        lambda: acts.take_in(other, draft, Draft({}, passages("Mine"))),
        lambda: acts.publish_version(other, draft),
        lambda: acts.discard_draft(other, draft),
    ):
        with pytest.raises(PermissionDenied):
            deed()
    assert text(draft) == [("p1", "One."), ("p2", "Two."), ("p3", "Three.")]
    assert (kinds(), Document.objects.count()) == ([], 2)


def test_a_mandate_for_one_document_is_enough(draft):
    own = make_user("secretariat", "documents.document:initiative")
    assert acts.write_draft(own, draft, passages("Mine")).revision == 3
    with pytest.raises(PermissionDenied):
        acts.start_draft(own, factories.a_document("other"), "zero")


def test_what_comments_and_drafts_need_to_be_published(secretariat, draft):
    now = timezone.now()
    with pytest.raises(ValidationError) as error:
        acts.publish_version(secretariat, draft, comments_until=now + timedelta(days=13))
    assert "at least 14 days" in error.value.message_dict["comments_until"][0]
    later = now + timedelta(days=3)
    with pytest.raises(ValidationError):
        acts.publish_version(
            secretariat, draft, comments_from=later, comments_until=later + timedelta(days=13, hours=23)
        )
    with pytest.raises(ValidationError, match="until when"):
        acts.publish_version(secretariat, draft, comments_from=later)
    with pytest.raises(Stale):
        acts.publish_version(secretariat, draft, 1)
    empty = acts.start_draft(secretariat, factories.a_document("empty"), "concept")
    with pytest.raises(ValidationError, match="nothing in this draft"):
        acts.publish_version(secretariat, empty)
    assert kinds() == []
    done = acts.publish_version(
        secretariat, draft, comments_from=later, comments_until=later + timedelta(days=14)
    )
    assert (done.comments_from, done.comments_until) == (later, later + timedelta(days=14))


def test_the_facts_of_a_document(secretariat, draft):
    document = draft.document
    with pytest.raises(Stale):
        acts.edit_document(secretariat, document, 7, title=TITLE)
    for wrong in ({"languages": ["fr", "en"]}, {"languages": ["en"]}, {"languages": ["en", "fr", "!"]}):
        with pytest.raises(ValidationError) as error:
            acts.edit_document(secretariat, document, 1, **wrong)
        assert list(error.value.message_dict) == ["languages"]
    with pytest.raises(ValidationError, match="e-mail"):
        acts.edit_document(secretariat, document, 1, summary=Text.of("Write to me@example.org"))
    child = acts.create_document(secretariat, title=TITLE, languages=["en"], derives_from=document)
    with pytest.raises(ValidationError) as error:
        acts.edit_document(secretariat, document, 1, derives_from=child)
    assert list(error.value.message_dict) == ["derives_from"]
    edited = acts.edit_document(
        secretariat, document, 1, languages=["en", "fr", "ru"], authentic=["fr", "xx"]
    )
    assert (edited.version, edited.authentic, kinds()) == (2, ["fr"], [])
    assert acts.edit_document(secretariat, document, 2, title=TITLE).version == 2
    acts.publish_version(secretariat, draft)
    acts.edit_document(secretariat, document, 2, open_to_signature=True)
    assert Entry.objects.last().kind == "documents.edited"
    assert [one for one in changed_faces() if one.startswith("documents")] == []


def test_an_adopted_text_has_no_next_version(secretariat, draft):
    version = acts.publish_version(secretariat, draft)
    Version.objects.filter(pk=version.pk).update(adopted_at=timezone.now())
    with pytest.raises(ValidationError, match="derives from it"):
        acts.start_draft(secretariat, version.document, "revision")


def test_a_discarded_draft_frees_its_number_and_keeps_its_anchors(secretariat, draft):
    with pytest.raises(Stale):
        acts.discard_draft(secretariat, draft, 1)
    acts.discard_draft(secretariat, draft, 2)
    again = acts.start_draft(secretariat, draft.document, "concept")
    acts.write_draft(secretariat, again, passages("Anew."))
    assert (again.number, text(again)) == (1, [("p4", "Anew.")])


def test_whole_drafts_name_what_is_wrong(secretariat, draft):
    wrong = [
        Passage(Kind.PARAGRAPH, {"en": "Twice"}, anchor="p1"),
        Passage(Kind.PARAGRAPH, {"en": "Twice"}, anchor="p1"),
        Passage(Kind.PARAGRAPH, {"en": "Where from"}, anchor="p9"),
        Passage(Kind.ITEM, {"fr": "Sans source"}, depth=7, number="x" * 21),
        Passage(Kind.PARAGRAPH, {"en": "x" * 20_001, "xx": "?"}),
        Passage(Kind.PARAGRAPH, {"en": "a\x00b"}),
    ]
    with pytest.raises(ValidationError) as error:
        acts.write_draft(secretariat, draft, wrong)
    assert [message.split(": ")[0] for message in error.value.messages] == [
        *("Passage 2", "Passage 3"),
        *("Passage 4",) * 3,
        *("Passage 5",) * 2,
        "Passage 6",
    ]
    assert text(draft) == [("p1", "One."), ("p2", "Two."), ("p3", "Three.")]
    with pytest.raises(Stale):
        acts.write_draft(secretariat, draft, passages("Late"), revision=1)


def test_the_same_again_changes_nothing(secretariat, draft):
    same = [Passage(Kind.PARAGRAPH, {"en": f"{one}\n"}, anchor=anchor) for anchor, one in text(draft)]
    assert acts.write_draft(secretariat, draft, same).revision == 2


def test_changes_of_provisions_keep_their_anchors(secretariat, draft):
    acts.translate(secretariat, draft, "fr", {"p1": "Un.", "p3": "Trois."})
    acts.change_draft(secretariat, draft, [Move("p3"), Write("p1", {"en": "One!"}, Kind.HEADING, "1.", 2)])
    acts.insert_provision(secretariat, draft, passages("Between.")[0], after="p1")
    acts.remove_provision(secretariat, draft, "p2")
    assert text(draft) == [("p3", "Three."), ("p1", "One!"), ("p4", "Between.")]
    one = draft.provisions.get(anchor="p1")
    assert (one.kind, one.number, one.depth, one.position) == ("heading", "1.", 2, 2)
    assert (one.text.state("fr"), draft.provisions.get(anchor="p3").text.state("fr")) == ("outdated", "draft")
    acts.write_draft(
        secretariat,
        Version.objects.get(pk=draft.pk),
        [Passage(Kind.PARAGRAPH, {"en": "Two again."}, anchor="p2"), *passages("Last.")],
    )
    assert text(draft) == [("p2", "Two again."), ("p5", "Last.")]
    with pytest.raises(Stale, match="¶3"):
        acts.move_provision(secretariat, draft, "p2", after="p3")


def test_two_editors_at_one_provision_get_a_clear_answer(secretariat, draft):
    first, second = draft.provisions.get(anchor="p1"), draft.provisions.get(anchor="p2")
    acts.write_provision(secretariat, draft, Write("p1", {"en": "Mine."}, seen=first.mark))
    acts.write_provision(secretariat, draft, Write("p2", {"en": "Another."}, seen=second.mark))
    with pytest.raises(Stale, match="¶1 in the meantime"):
        acts.change_draft(
            secretariat,
            draft,
            [Write("p3", {"en": "Lost."}), Write("p1", {"en": "Yours."}, seen=first.mark)],
        )
    with pytest.raises(Stale, match="¶2"):
        acts.remove_provision(secretariat, draft, "p2", second.mark)
    assert text(draft) == [("p1", "Mine."), ("p2", "Another."), ("p3", "Three.")]


def test_a_file_is_taken_in_under_the_anchors_that_it_had(secretariat, draft):
    acts.translate(secretariat, draft, "fr", {"p2": "Deux."})
    acts.write_draft(
        secretariat,
        draft,
        [
            Passage(Kind.PARAGRAPH, {"en": "States share data across borders."}, anchor="p1"),
            Passage(Kind.PARAGRAPH, {"en": "Nobody is left out of it."}, anchor="p2"),
            Passage(Kind.PARAGRAPH, {"en": "It begins in May."}, anchor="p3"),
        ],
    )
    taken = Draft(
        {"en": "Other title"},
        [
            Passage(Kind.HEADING, {"en": "Preamble"}),
            Passage(Kind.PARAGRAPH, {"en": "Nobody is left out of it, ever."}),
            Passage(Kind.PARAGRAPH, {"en": "States freely share data across borders.", "fr": "Les États."}),
            Passage(Kind.PARAGRAPH, {"en": "Wholly new."}, anchor="p3"),
        ],
    )
    version = Version.objects.get(pk=draft.pk)
    acts.take_in(secretariat, version, taken, version.revision)
    assert [anchor for anchor, _words in text(draft)] == ["p4", "p2", "p1", "p3"]
    assert draft.provisions.get(anchor="p2").text.state("fr") == "outdated"
    assert draft.provisions.get(anchor="p1").text.get("fr") == "Les États."
    with pytest.raises(ValidationError, match="source"):
        acts.take_in(secretariat, version, Draft({}, [Passage(Kind.PARAGRAPH, {"fr": "Un"})]))
    with pytest.raises(Stale):
        acts.take_in(secretariat, version, taken, 1)
    before = text(draft)
    with pytest.raises(ValidationError, match="Passage 1"):
        acts.take_in(secretariat, draft, Draft({}, [Passage(Kind.PARAGRAPH, {"en": "x" * 20_001})]))
    assert text(draft) == before


def test_who_follows_gets_a_letter_and_who_reads_is_remembered(
    secretariat, draft, django_capture_on_commit_callbacks
):
    reader, gone = make_user(language="fr"), make_user()
    with pytest.raises(PermissionDenied):
        acts.follow(reader, draft.document)
    with pytest.raises(PermissionDenied):
        acts.mark_read(reader, draft)
    first = acts.publish_version(secretariat, draft)
    with pytest.raises(PermissionDenied):
        acts.follow(None, draft.document)
    acts.follow(reader, draft.document)
    acts.follow(gone, draft.document)
    acts.follow(gone, draft.document, False)
    acts.follow(secretariat, draft.document)
    acts.mark_read(reader, first)
    assert acts.mark_read(reader, first).follows
    second = acts.start_draft(secretariat, draft.document, "final")
    with posted(django_capture_on_commit_callbacks) as sent:
        acts.publish_version(secretariat, second)
    [letter] = sent
    assert letter.to == [reader.email]
    assert "/fr/documents/initiative/2/" in letter.body


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_draft_and_publish_it_once(at_once, secretariat):
    document = factories.a_document()
    found = at_once(*[lambda: acts.start_draft(secretariat, document, "zero")] * 2)
    assert sum(isinstance(one, Version) for one in found) == 1
    [version] = at_once(lambda: Version.objects.get())
    wrote = at_once(*[lambda: acts.write_draft(secretariat, version, passages("One."), 1)] * 2)
    assert sum(isinstance(one, Stale) for one in wrote) == 1
    published = at_once(*[lambda: acts.publish_version(secretariat, version)] * 2)
    assert sum(isinstance(one, Version) for one in published) == 1
    assert at_once(kinds, Provision.objects.count) == [["documents.begun", "documents.published"], 1]


@pytest.mark.django_db(transaction=True)
def test_two_new_provisions_at_once_get_two_anchors(at_once, secretariat):
    document = factories.a_document()
    version = factories.a_version(document, published=False)
    at_once(
        *(lambda one=one: acts.insert_provision(secretariat, version, one) for one in passages("A.", "B."))
    )
    [anchors] = at_once(lambda: sorted(Provision.objects.values_list("anchor", flat=True)))
    assert anchors == ["p1", "p2"]
