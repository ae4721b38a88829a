"""Full powers and signatures: who may sign, with what, until when; what the depositary does."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from summitry.people import erasure, export, waiting
from summitry.people.tests.factories import make_organisation, make_user
from summitry.people.tests.letters import posted
from summitry.record.act import Stale
from summitry.record.acts import commitment
from summitry.record.canonical import encode
from summitry.record.models import Entry, Opening
from summitry.text.value import Text

from .. import acts, preparing
from ..models import FullPowers, Position, Signature
from .signing import (
    MINISTER,
    PDF,
    Browser,
    a_certified,
    a_file,
    a_final,
    a_signatory,
    a_signature,
    a_state,
    an_adopted,
    changed,
    content_of,
    grant,
    prepared,
)

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def text():
    return an_adopted()


@pytest.fixture
def depositary():
    return make_user("depositary")


def kinds(since: int = 0) -> list[str]:
    found = Entry.objects.order_by("index").values_list("kind", flat=True)
    return [one.removeprefix("documents.") for one in found][since:]


# -- full powers ----------------------------------------------------------------------------------


def test_full_powers_from_the_paper_to_their_end(text, depositary, django_capture_on_commit_callbacks):
    user, body, before = make_user(), a_state(), len(kinds())
    powers = acts.give_powers(user, text.document, body, capacity=MINISTER, file=a_file("my powers.pdf"))
    again = acts.give_powers(user, text.document, body, capacity=MINISTER, file=a_file("my powers.pdf"))
    assert (again.pk, powers.file_name, content_of(powers.file), powers.state) == (
        powers.pk,
        "my powers.pdf",
        PDF,
        "waiting",
    )
    assert kinds(before) == []
    assert [(one.title, one.count) for one in waiting.everything(depositary)] == [
        ("1 full powers to verify", 1)
    ]
    with posted(django_capture_on_commit_callbacks) as letters:
        powers = acts.verify_powers(depositary, powers)
    assert [one.subject for one in letters] == ["Your full powers for Egypt are verified"]
    assert acts.verify_powers(depositary, powers).answered_at == powers.answered_at
    assert (powers.in_force, kinds(before)) == (True, ["powers_verified"])
    entry = Entry.objects.order_by("index").last()
    assert (entry.facts["organisation"], sorted(entry.said["commitments"])) == (
        {"en": "Egypt"},
        ["actor", "file", "person"],
    )
    assert [one.title for one in waiting.everything(user)] == [
        "Egypt can sign “Initiative on digital cooperation”"
    ]
    now = timezone.now()
    ended = acts.end_powers(user, powers, now=now)
    assert acts.end_powers(user, powers).until == ended.until == now
    assert (ended.in_force, ended.has_ended) == (False, True)
    assert kinds(before) == ["powers_verified", "powers_ended"]


def test_the_same_paper_is_brought_anew_once_it_has_ended_or_says_something_else(text, depositary):
    user, body = make_user(), a_state()

    def bring(**facts):
        given = {"capacity": MINISTER, "file": a_file(), **facts}
        return acts.give_powers(user, text.document, body, **given)

    first = bring()
    other = bring(binding=True)
    assert (first.pk, first.binding, other.binding) == (bring().pk, False, True)
    acts.end_powers(depositary, first)
    again = bring()
    assert again.pk not in (first.pk, other.pk)
    assert (again.state, again.has_ended) == ("waiting", False)


def test_the_depositary_refuses_with_a_reason_and_never_her_own(
    text, depositary, django_capture_on_commit_callbacks
):
    powers = acts.give_powers(make_user(), text.document, a_state(), capacity=MINISTER, file=a_file())
    own = acts.give_powers(
        depositary, text.document, a_state("Chile", "CL"), capacity=MINISTER, file=a_file()
    )
    with pytest.raises(PermissionDenied, match="her own"):
        acts.verify_powers(depositary, own)
    with posted(django_capture_on_commit_callbacks) as letters:
        powers = acts.refuse_powers(depositary, powers, "The signature of the minister is missing.")
    assert "The signature of the minister is missing." in letters[0].body
    with pytest.raises(ValidationError, match="have their answer"):
        acts.verify_powers(depositary, powers)
    for deed in (
        lambda: acts.verify_powers(make_user("secretariat"), powers),
        lambda: acts.refuse_powers(make_user("auditor"), powers, "No"),
        lambda: acts.end_powers(make_user(), powers),
    ):
        with pytest.raises(PermissionDenied):
            deed()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("powers.pdf", b"PK\x03\x04", "not PDF"),
        ("powers.docx", b"PK\x03\x04", "of a kind that is not accepted"),
        ("powers.png", b"", "is empty"),
    ],
)
def test_a_paper_is_what_its_name_says(text, name, content, said):
    with pytest.raises(ValidationError, match=said):
        acts.give_powers(make_user(), text.document, a_state(), capacity=MINISTER, file=a_file(name, content))
    assert FullPowers.objects.count() == 0


def test_full_powers_say_something(text):
    body, now = a_state(), timezone.now()
    for facts, said in (
        ({"capacity": ""}, "in what capacity"),
        ({"capacity": "minister@example.org"}, "e-mail"),
        ({"capacity": MINISTER, "until": now - SECOND}, "This is past"),
        ({"capacity": MINISTER, "since": now + 2 * SECOND, "until": now + SECOND}, "after they begin"),
    ):
        with pytest.raises(ValidationError, match=said):
            acts.give_powers(make_user(), text.document, body, file=a_file(), **facts)
    unknown = make_organisation("Somewhere", confirmed=False)
    with pytest.raises(ValidationError, match="not confirmed"):
        acts.give_powers(make_user(), text.document, unknown, capacity=MINISTER, file=a_file())


# -- signing --------------------------------------------------------------------------------------


def test_a_signature_with_a_key(text, depositary, django_capture_on_commit_callbacks):
    powers, before = a_signatory(text.document), len(kinds())
    ready, browser, user = prepared(powers, text), Browser(), powers.person.user
    signature = acts.sign(user, text.document, ready.word, "key", browser.sign(ready.message))
    again = acts.sign(user, text.document, ready.word, "key", browser.sign(ready.message))
    assert (again.pk, signature.state, signature.means, signature.kind) == (
        signature.pk,
        "received",
        "key",
        "definitive",
    )
    assert (signature.capacity, signature.signed_on) == (MINISTER, timezone.now().date())
    uid = encode(str(powers.person.uid))
    assert commitment(signature.salt, uid) in signature.message
    assert str(powers.person.uid) not in signature.message
    assert str(powers.person.name) not in signature.message
    assert [one.title for one in waiting.everything(depositary)] == ["1 signature to certify"]
    assert list(Signature.objects.in_force()) == []
    with posted(django_capture_on_commit_callbacks) as letters:
        signature = acts.certify_signature(depositary, signature)
    assert [one.subject for one in letters] == [
        "Your signature of Initiative on digital cooperation is certified"
    ]
    assert acts.certify_signature(depositary, signature).answered_at == signature.answered_at
    assert list(Signature.objects.in_force()) == [signature]
    assert kinds(before) == ["signed", "certified"]
    assert changed() == []
    signed = Entry.objects.get(kind="documents.signed")
    assert (signed.said["by"], sorted(signed.said["commitments"])) == ("signatory", ["actor", "person"])


def test_a_forged_signature_is_refused(text):
    powers = a_signatory(text.document)
    ready, user, true = prepared(powers, text), powers.person.user, Browser()
    for proof in (
        Browser().sign(ready.message) | {"key": true.sign(b"")["key"]},
        true.sign(ready.message + b" "),
        {"key": "AAAA", "signature": "AAAA"},
        {},
        None,
        [],
    ):
        with pytest.raises(ValidationError, match="does not fit"):
            acts.sign(user, text.document, ready.word, "key", proof)
    for means in ("paper", "elsewhere", "magic"):
        with pytest.raises(ValidationError, match="Choose how"):
            acts.sign(user, text.document, ready.word, means, true.sign(ready.message))
    assert Signature.objects.count() == 0


def test_a_message_is_for_one_person_one_text_and_one_hour(text):
    powers = a_signatory(text.document)
    ready, user, browser = prepared(powers, text), powers.person.user, Browser()
    proof = browser.sign(ready.message)
    with pytest.raises(ValidationError, match="too old, or not yours"):
        acts.sign(make_user(), text.document, ready.word, "key", proof)
    with pytest.raises(ValidationError, match="too old, or not yours"):
        acts.sign(user, text.document, ready.word[:-1], "key", proof)
    other = an_adopted("declaration")
    general = a_signatory(None, a_state("Chile", "CL"))
    replayed = prepared(general, text)
    with pytest.raises(ValidationError, match="names another document"):
        acts.sign(general.person.user, other.document, replayed.word, "key", browser.sign(replayed.message))
    text.digest = "1" * 64
    text.save()
    with pytest.raises(ValidationError, match="names another digest"):
        acts.sign(user, text.document, ready.word, "key", proof)
    assert Signature.objects.count() == 0


def test_an_old_message_is_not_signed(text, monkeypatch):
    powers = a_signatory(text.document)
    ready = prepared(powers, text)
    monkeypatch.setattr(preparing, "KEPT", timedelta(seconds=-1))
    with pytest.raises(ValidationError, match="too old"):
        acts.sign(powers.person.user, text.document, ready.word, "key", Browser().sign(ready.message))


def test_authority_that_ended_a_moment_ago_signs_nothing(text):
    now = timezone.now()
    powers = a_signatory(text.document, until=now + timedelta(hours=1))
    ready, user = prepared(powers, text), powers.person.user
    proof, end = Browser().sign(ready.message), powers.until
    micro = timedelta(microseconds=1)
    for late in (end, end + micro, end + SECOND):
        with pytest.raises(PermissionDenied, match=r"for Egypt ended on .* UTC; the signature came at"):
            acts.sign(user, text.document, ready.word, "key", proof, now=late)
    with pytest.raises(PermissionDenied, match=r"for Egypt begin on"):
        acts.sign(user, text.document, ready.word, "key", proof, now=powers.since - micro)
    assert Signature.objects.count() == 0
    assert acts.sign(user, text.document, ready.word, "key", proof, now=end - micro).state == "received"


def test_what_full_powers_do_not_allow(text):
    powers = a_signatory(text.document, binding=False)
    with pytest.raises(PermissionDenied, match="a simple signature only"):
        a_signature(text, powers)
    assert a_signature(text, powers, kind="simple").kind == "simple"
    waiting_ones = a_signatory(
        text.document, a_state("Peru", "PE"), state=FullPowers.State.WAITING, answered_at=None
    )
    with pytest.raises(PermissionDenied, match="have not been verified"):
        a_signature(text, waiting_ones)
    other = a_signatory(an_adopted("declaration").document, a_state("Chad", "TD"))
    with pytest.raises(PermissionDenied, match="for another document"):
        a_signature(text, other)


def test_only_an_adopted_text_that_is_open_is_signed(text):
    closed = an_adopted("closed", open_to_signature=False)
    final = a_final("final")
    for version, said in ((closed, "not open to signature"), (final, "has not been adopted")):
        with pytest.raises(ValidationError, match=said):
            a_signature(version, a_signatory(version.document, a_state(str(version.pk))))


def test_an_organisation_signs_once_and_again_after_it_withdrew(text, depositary):
    body = a_state()
    first = a_signature(text, a_signatory(text.document, body))
    with pytest.raises(ValidationError, match="Egypt has signed this text already"):
        a_signature(text, a_signatory(text.document, body))
    acts.refuse_signature(depositary, first, "The key is not his.")
    second = a_signature(text, a_signatory(text.document, body))
    acts.withdraw_signature(depositary, second)
    third = a_signature(text, a_signatory(text.document, body))
    assert [one.state for one in Signature.objects.order_by("pk")] == ["refused", "withdrawn", "received"]
    assert (third.is_standing, changed()) == (True, [])


def test_a_reservation_is_signed_with_the_text(text):
    powers = a_signatory(text.document)
    words = Text.of("We do not accept paragraph 2.", ar="لا نقبل الفقرة 2")
    signature = a_signature(text, powers, reservation=words, anchors=["p2"])
    position = Position.objects.get()
    assert (position.kind, position.text.values, position.anchors) == ("reservation", words.values, ["p2"])
    assert "We do not accept paragraph 2." in signature.message
    with pytest.raises(ValidationError, match="no provision"):
        a_signature(
            text, a_signatory(text.document, a_state("Peru", "PE")), reservation=words, anchors=["p7"]
        )
    assert (Signature.objects.count(), Position.objects.count(), changed()) == (1, 1, [])


# -- paper ----------------------------------------------------------------------------------------


def test_a_signature_on_paper(text, depositary):
    now = timezone.now()
    powers = a_signatory(text.document, since=now - timedelta(days=30), until=now - timedelta(days=5))
    given = {"kind": "definitive", "signed_on": (now - timedelta(days=9)).date()}
    signature = acts.enter_signature(depositary, text.document, powers, file=a_file("page.pdf"), **given)
    again = acts.enter_signature(depositary, text.document, powers, file=a_file("page.pdf"), **given)
    assert (again.pk, signature.means, signature.person, content_of(signature.file)) == (
        signature.pk,
        "paper",
        powers.person,
        PDF,
    )
    acts.certify_signature(depositary, signature)
    assert changed() == []
    long_ago = now - timedelta(days=30)
    other = a_signatory(text.document, a_state("Peru", "PE"), since=long_ago, until=now - timedelta(days=5))
    for day, said in (
        (now.date(), "ended on"),
        ((now + timedelta(days=2)).date(), "has not come"),
    ):
        with pytest.raises(ValidationError, match=said) as refused:
            acts.enter_signature(
                depositary, text.document, other, kind="simple", signed_on=day, file=a_file("b.pdf")
            )
        assert list(refused.value.message_dict) == ["signed_on"]
    with pytest.raises(PermissionDenied):
        acts.enter_signature(make_user("secretariat"), text.document, other, file=a_file(), **given)


# -- the depositary -------------------------------------------------------------------------------


def test_who_may_certify(text, depositary):
    signature = a_signature(text)
    for role in ("secretariat", "auditor", "delegate", None):
        for deed in (
            lambda user: acts.certify_signature(user, signature),
            lambda user: acts.refuse_signature(user, signature, "No"),
            lambda user: acts.confirm_signature(user, signature, date(2027, 1, 1), "Instrument"),
            lambda user: acts.withdraw_signature(user, signature),
        ):
            with pytest.raises(PermissionDenied):
                deed(make_user(role))
    with pytest.raises(PermissionDenied, match="her own"):
        acts.certify_signature(grant(signature.person.user, "depositary"), signature)
    acts.refuse_signature(depositary, signature, "The key is not his.")
    with pytest.raises(ValidationError, match="refused"):
        acts.certify_signature(depositary, signature)
    assert Entry.objects.last().facts["reason"] == {"en": "The key is not his."}


def test_what_was_changed_behind_the_acts_is_not_certified(text, depositary):
    signature = a_signature(text)
    Signature.objects.update(capacity=Text.of("President"))
    assert changed() == [f"documents.signature:{signature.uid}"]
    with pytest.raises(ValidationError, match="names another capacity"):
        acts.certify_signature(depositary, signature)


def test_a_simple_signature_is_confirmed(text, depositary):
    signature = a_certified(text, kind="simple")
    day = timezone.now().date()
    for on, said in ((day + timedelta(days=2), "has not come"), (day - timedelta(days=2), "signed only on")):
        with pytest.raises(ValidationError, match=said):
            acts.confirm_signature(depositary, signature, on, "Instrument of ratification")
    confirmed = acts.confirm_signature(depositary, signature, day, "Instrument of ratification")
    assert acts.confirm_signature(depositary, signature, day, "Instrument of ratification") == confirmed
    with pytest.raises(Stale):
        acts.confirm_signature(depositary, signature, day, "Another one")
    assert (confirmed.confirmed_on, confirmed.kind, changed()) == (day, "simple", [])
    definitive = a_certified(text, a_signatory(text.document, a_state("Peru", "PE")))
    with pytest.raises(ValidationError, match="definitive already"):
        acts.confirm_signature(depositary, definitive, day, "Instrument")


def test_a_withdrawal_has_a_day_of_effect(text, depositary):
    body, today = a_state(), timezone.now().date()
    signature = a_certified(text, a_signatory(text.document, body))
    holder = a_signatory(text.document, body).person.user
    with pytest.raises(ValidationError, match="does not reach back"):
        acts.withdraw_signature(holder, signature, ends_on=today - timedelta(days=1))
    withdrawn = acts.withdraw_signature(
        holder, signature, ends_on=today + timedelta(days=30), reason="We left."
    )
    assert acts.withdraw_signature(depositary, signature).ends_on == withdrawn.ends_on
    assert list(Signature.objects.in_force()) == [withdrawn]
    Signature.objects.update(ends_on=today)
    assert list(Signature.objects.in_force()) == []
    assert Entry.objects.last().said["by"] == "signatory"
    waits = a_signature(text, a_signatory(text.document, a_state("Peru", "PE")))
    acts.withdraw_signature(depositary, waits, ends_on=today + timedelta(days=30))
    assert list(Signature.objects.in_force()) == []  # it was never certified


def test_somebody_elses_powers_withdraw_nothing(text):
    signature = a_certified(text)
    other = a_signatory(text.document, a_state("Peru", "PE"))
    ended = a_signatory(text.document, signature.organisation, until=timezone.now())
    elsewhere = a_signatory(an_adopted("other").document, signature.organisation)
    for powers in (other, ended, elsewhere):
        with pytest.raises(PermissionDenied):
            acts.withdraw_signature(powers.person.user, signature)


# -- persons --------------------------------------------------------------------------------------


def test_what_leads_to_a_signatory_goes_with_her(text):
    powers = a_signatory(text.document)
    signature, user = a_signature(text, powers), powers.person.user
    unused = acts.give_powers(user, text.document, a_state("Peru", "PE"), capacity=MINISTER, file=a_file())
    section = next(one for one in export.sections() if one.name == "documents_signing")
    given = section.give(user)
    assert [one["organisation"] for one in given["full_powers"]] == [{"en": "Egypt"}, {"en": "Peru"}]
    assert given["signatures"][0]["salt"] == signature.salt.hex()
    stored = unused.file.storage
    assert Opening.objects.filter(name="person").count() == 1
    erasure.everywhere(user, powers.person)
    assert Opening.objects.filter(name="person").count() == 0
    assert (Signature.objects.get().salt, FullPowers.objects.get().pk) == (None, powers.pk)
    assert not stored.exists(unused.file.name)
    assert changed() == []


def test_positions_follow_the_schema(text):
    import jsonschema

    powers = a_signatory(text.document)
    a_signature(text, powers, reservation=Text.of("But."))
    section = next(one for one in export.sections() if one.name == "documents_signing")
    jsonschema.validate(section.give(powers.person.user), section.schema)
