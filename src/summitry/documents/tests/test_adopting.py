"""Adoption: by consensus to the microsecond, by motion, by acclamation; objections and positions."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from summitry.people import erasure, export, waiting
from summitry.people.tests.factories import make_organisation, make_user
from summitry.people.tests.letters import posted
from summitry.record.models import Entry, Opening
from summitry.text.value import Text

from .. import acts, ways
from ..models import Adoption, Position, Version
from ..ways import motion
from . import factories
from .signing import a_file, a_final, a_signatory, a_speaker, acclaimed, an_adopted, changed

pytestmark = pytest.mark.django_db
MICRO = timedelta(microseconds=1)


def kinds() -> list[str]:
    return [
        one.removeprefix("documents.")
        for one in Entry.objects.order_by("index").values_list("kind", flat=True)
    ]


@pytest.fixture
def secretariat():
    return make_user("secretariat")


@pytest.fixture
def window():
    """A window of 14 days for two bodies, begun by the operator."""
    body = make_organisation("Egypt", kind="state", country="EG")
    delegate, other = a_speaker(body), a_speaker(make_organisation("Chile", kind="state", country="CL"))
    version, now = a_final(), timezone.now()
    adoption = acts.begin_adoption(None, version, "consensus", closes_at=now + timedelta(days=14), now=now)
    return adoption, body, delegate, other


def test_without_an_objection_the_clock_adopts_it(window):
    adoption, _body, delegate, _other = window
    assert [str(one.name) for one in adoption.entitled.order_by("pk")] == ["Egypt", "Chile"]
    assert acts.close_due_adoptions() == 0
    with pytest.raises(ValidationError, match="still open"):
        acts.close_adoption(None, adoption, now=adoption.closes_at)
    adoption = acts.close_adoption(None, adoption, now=adoption.closes_at + MICRO)
    assert (adoption.state, adoption.decided_at) == ("adopted", adoption.closes_at + MICRO)
    assert adoption.version.adopted_at == adoption.decided_at
    assert kinds() == ["adoption_begun", "adoption_held", "adopted"]
    assert Entry.objects.last().said["by"] == "rules"
    assert Entry.objects.last().facts["digest"] == adoption.version.digest
    assert acts.close_adoption(None, adoption).decided_at == adoption.decided_at
    assert changed() == []
    assert [one.title for one in waiting.everything(delegate)] == []


def test_whoever_may_object_gets_a_letter_in_her_language(django_capture_on_commit_callbacks):
    for name, language in (("Egypt", "fr"), ("Chile", ""), ("Chad", "ar")):
        speaker = a_speaker(make_organisation(name))
        speaker.language = language
        speaker.save()
    make_user("delegate")  # of nobody in particular
    with posted(django_capture_on_commit_callbacks) as letters:
        acts.begin_adoption(None, a_final(), "consensus", closes_at=timezone.now() + timedelta(days=15))
    assert [one.body.split()[-1].split("/", 3)[3] for one in letters] == [
        f"{code}/documents/initiative/adoption/" for code in ("fr", "en", "ar")
    ]


def test_the_clock_closes_what_is_due(window):
    adoption, *_rest = window
    Adoption.objects.filter(pk=adoption.pk).update(
        opens_at=timezone.now() - timedelta(days=20), closes_at=timezone.now() - MICRO
    )
    assert acts.close_due_adoptions() == 1
    assert acts.close_due_adoptions() == 0
    assert Version.objects.get().adopted_at is not None


def test_a_standing_objection_means_not_adopted_and_a_new_version_opens_it_again(
    window, secretariat, django_capture_on_commit_callbacks
):
    adoption, body, delegate, _other = window
    assert [one.due for one in waiting.everything(delegate)] == [adoption.closes_at]
    why = Text.of("Paragraph 2 goes too far.")
    objection = acts.object_to_adoption(delegate, adoption, body, why, now=adoption.closes_at)
    assert acts.object_to_adoption(delegate, adoption, body, why, now=adoption.closes_at).pk == objection.pk
    with pytest.raises(ValidationError, match="objected already"):
        acts.object_to_adoption(delegate, adoption, body, "Another reason", now=adoption.closes_at)
    with pytest.raises(ValidationError, match=r"were taken until .* UTC; yours arrived at"):
        acts.withdraw_objection(delegate, objection, now=adoption.closes_at + MICRO)
    with posted(django_capture_on_commit_callbacks) as letters:
        adoption = acts.close_adoption(secretariat, adoption, now=adoption.closes_at + MICRO)
    assert (adoption.state, Version.objects.get().adopted_at) == ("failed", None)
    assert Entry.objects.last().facts["objections"] == 1
    assert Entry.objects.get(kind="documents.objected").facts["reason"] == {"en": "Paragraph 2 goes too far."}
    assert [(one.subject, "1 objection stands" in one.body) for one in letters] == [
        ("Initiative on digital cooperation is not adopted", True)
    ] * 2
    with pytest.raises(ValidationError, match="has been put to adoption already"):
        acts.begin_adoption(secretariat, adoption.version, "acclamation", **acclaimed())
    second = a_final(number=2)
    acts.begin_adoption(secretariat, second, "acclamation", **acclaimed())
    assert changed() == []


def test_a_withdrawn_objection_does_not_stand(window):
    adoption, body, delegate, other = window
    objection = acts.object_to_adoption(delegate, adoption, body, "No")
    with pytest.raises(PermissionDenied):
        acts.withdraw_objection(other, objection)
    withdrawn = acts.withdraw_objection(delegate, objection)
    assert acts.withdraw_objection(delegate, objection).withdrawn_at == withdrawn.withdrawn_at
    again = acts.object_to_adoption(delegate, adoption, body, "Still no")
    acts.withdraw_objection(delegate, again)
    adoption = acts.close_adoption(None, adoption, now=adoption.closes_at + MICRO)
    assert adoption.state == "adopted"
    assert kinds() == [
        "adoption_begun",
        *["objected", "objection_withdrawn"] * 2,
        "adoption_held",
        "adopted",
    ]
    assert changed() == []


def test_who_may_object_and_when(window):
    adoption, body, delegate, _other = window
    stranger, outside = make_user("delegate"), make_organisation("Peru")
    with pytest.raises(PermissionDenied, match="speak_for"):
        acts.object_to_adoption(stranger, adoption, body, "No")  # a delegate of nobody in particular
    with pytest.raises(PermissionDenied, match="not among those"):
        acts.object_to_adoption(a_speaker(outside), adoption, outside, "No")
    with pytest.raises(ValidationError, match="yours arrived at"):
        acts.object_to_adoption(delegate, adoption, body, "No", now=adoption.closes_at + MICRO)
    with pytest.raises(ValidationError, match="are taken from"):
        acts.object_to_adoption(delegate, adoption, body, "No", now=adoption.opens_at - MICRO)
    for words, said in (("", "Say why"), ("Write to me@example.org", "e-mail"), ("x" * 5001, "At most")):
        with pytest.raises(ValidationError, match=said):
            acts.object_to_adoption(delegate, adoption, body, words)
    powers = a_signatory(adoption.version.document, body)
    acts.object_to_adoption(powers.person.user, adoption, body, "Full powers speak too")
    assert kinds() == ["adoption_begun", "objected"]
    assert Entry.objects.last().said["by"] == "signatory"


def test_a_window_is_as_long_as_the_rule_says(secretariat):
    version, now = a_final(), timezone.now()
    body = make_organisation("Egypt")
    days = timedelta(days=14)

    def begin(**facts):
        return acts.begin_adoption(secretariat, version, "consensus", entitled=[body], now=now, **facts)

    for facts, said in (
        ({}, "This is needed"),
        ({"closes_at": now + days - MICRO}, "at least 14 days"),
        ({"opens_at": now - MICRO, "closes_at": now + days}, "This is past"),
        ({"opens_at": now + days, "closes_at": now + days}, "after they begin"),
    ):
        with pytest.raises(ValidationError, match=said):
            begin(**facts)
    with pytest.raises(ValidationError, match="Nobody speaks"):
        acts.begin_adoption(secretariat, version, "consensus", closes_at=now + days, now=now)
    assert (Adoption.objects.count(), kinds()) == (0, [])
    assert begin(closes_at=now + days).closes_at == now + days


def test_only_a_final_text_is_put_to_adoption_and_only_by_the_secretariat(secretariat):
    document = factories.a_document()
    zero = factories.a_version(document)
    with pytest.raises(ValidationError, match="published final text"):
        acts.begin_adoption(secretariat, zero, "acclamation", **acclaimed())
    final = a_final(number=2)
    for role in ("depositary", "translator", "delegate", None):
        with pytest.raises(PermissionDenied):
            acts.begin_adoption(make_user(role), final, "acclamation", **acclaimed())
    with pytest.raises(ValidationError, match="no such way"):
        acts.begin_adoption(secretariat, final, "magic")
    factories.a_version(document, 3, published=False)
    with pytest.raises(ValidationError, match="later version"):
        acts.begin_adoption(secretariat, final, "acclamation", **acclaimed())
    assert kinds() == []


def test_a_version_that_was_overtaken_is_not_adopted(window):
    adoption, *_rest = window
    factories.a_version(adoption.version.document, 2)
    adoption = acts.close_adoption(None, adoption, now=adoption.closes_at + MICRO)
    assert (adoption.state, Entry.objects.last().facts["superseded"]) == ("failed", True)


def test_a_draft_that_was_begun_meanwhile_is_not_published_after_the_adoption(window):
    adoption, *_rest = window
    draft = acts.start_draft(None, adoption.version.document, "revision")
    acts.close_adoption(None, adoption, now=adoption.closes_at + MICRO)
    with pytest.raises(ValidationError, match="is adopted"):
        acts.publish_version(None, draft)


def test_by_acclamation(secretariat):
    version = a_final()
    for missing in ("on", "place", "chair", "statement"):
        with pytest.raises(ValidationError) as refused:
            acts.begin_adoption(secretariat, version, "acclamation", **acclaimed(**{missing: None}))
        assert list(refused.value.message_dict) == [missing]
    with pytest.raises(ValidationError, match="has not come"):
        acts.begin_adoption(secretariat, version, "acclamation", **acclaimed(on=date(2999, 1, 1)))
    adoption = acts.begin_adoption(secretariat, version, "acclamation", **acclaimed())
    assert (adoption.state, str(adoption.chair)) == ("adopted", "President of the conference")
    assert Version.objects.get().adopted_at == adoption.decided_at
    assert kinds() == ["adoption_begun", "adopted"]
    with pytest.raises(ValidationError, match="already"):
        acts.begin_adoption(secretariat, version, "acclamation", **acclaimed())
    assert changed() == []


def test_by_a_motion_with_evidence(secretariat):
    version, reference = a_final(), Text.of("Motion 3, carried by 41 to 2")
    with pytest.raises(ValidationError, match="Give evidence"):
        acts.begin_adoption(secretariat, version, "motion", reference=reference)
    with pytest.raises(ValidationError, match="its content is not PDF"):
        acts.begin_adoption(
            secretariat, version, "motion", reference=reference, file=a_file("minutes.pdf", b"MZ")
        )
    adoption = acts.begin_adoption(
        secretariat, version, "motion", reference=reference, file=a_file("../minutes.pdf")
    )
    assert (adoption.file_name, len(adoption.file_digest)) == ("minutes.pdf", 64)
    assert (adoption.state, changed()) == ("adopted", [])


def test_an_assembly_offers_the_motions_that_it_carried():
    version = a_final()
    carried = motion.Carried("7", "Motion 7", Text.of("Motion 7, carried"), "https://example.org/7")
    motion.offer("tests", lambda document: [carried] if document == version.document else [])
    try:
        assert ways.way("motion").choices(version.document) == [
            {
                "key": "7",
                "label": "Motion 7",
                "reference": Text.of("Motion 7, carried"),
                "link": "https://example.org/7",
            }
        ]
    finally:
        motion._givers.clear()


def test_tampering_with_an_objection_is_seen(window):
    adoption, body, delegate, _other = window
    objection = acts.object_to_adoption(delegate, adoption, body, "No")
    objection.reason = Text.of("Perhaps")
    objection.save()
    assert changed() == ["documents.adoption:initiative/1"]


# -- positions ------------------------------------------------------------------------------------


def test_positions_stay_with_the_text():
    version, body = an_adopted(), make_organisation("Egypt")
    delegate = a_speaker(body, "focal_point")
    words = Text.of("We read “share” as “may share”.", ar="نقرأ")
    made = acts.state_position(delegate, version, body, "declaration", words, ["p2", "p2", "p3"])
    assert acts.state_position(delegate, version, body, "declaration", words, ["p2", "p3"]).pk == made.pk
    assert (made.anchors, made.text) == (["p2", "p3"], words)
    withdrawn = acts.withdraw_position(delegate, made)
    assert acts.withdraw_position(delegate, made).withdrawn_at == withdrawn.withdrawn_at
    assert Position.objects.get().text == words
    assert kinds()[-2:] == ["position_stated", "position_withdrawn"]
    assert changed() == []
    Position.objects.update(anchors=["p1"])
    assert changed() == [f"documents.position:{made.uid}"]


def test_who_may_state_what():
    version, body = an_adopted(), make_organisation("Egypt")
    delegate, before = a_speaker(body), kinds()
    for stranger in (make_user("delegate"), make_user("secretariat"), a_speaker(make_organisation())):
        with pytest.raises(PermissionDenied):
            acts.state_position(stranger, version, body, "statement", "Words")
    for kind, words, anchors, said in (
        ("shout", "Words", [], "no such kind"),
        ("statement", "", [], "Write what"),
        ("statement", "Words", ["p9"], "no provision “p9”"),
    ):
        with pytest.raises(ValidationError, match=said):
            acts.state_position(delegate, version, body, kind, words, anchors)
    zero = factories.a_version(factories.a_document("other"))
    with pytest.raises(ValidationError, match="published final text"):
        acts.state_position(delegate, zero, body, "statement", "Words")
    made = acts.state_position(delegate, version, body, "statement", "Words")
    with pytest.raises(PermissionDenied):
        acts.withdraw_position(make_user("secretariat"), made)
    assert kinds() == [*before, "position_stated"]


def test_what_leads_to_a_person_goes_with_her(window):
    adoption, body, delegate, _other = window
    acts.object_to_adoption(delegate, adoption, body, "No")
    acts.state_position(delegate, adoption.version, body, "statement", "Words")
    section = next(one for one in export.sections() if one.name == "documents_signing")
    given = section.give(delegate)
    assert [one["reason"] for one in given["objections"]] == [{"en": "No"}]
    assert [one["words"] for one in given["positions"]] == [{"en": "Words"}]
    assert Opening.objects.filter(name="actor").count() == 2
    erasure.everywhere(delegate, delegate.person)
    assert (Position.objects.count(), adoption.objections.count(), changed()) == (1, 1, [])
