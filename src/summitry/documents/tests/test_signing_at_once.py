"""Two at once: one signature, one adoption, one standing objection."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from summitry.people.tests.factories import make_organisation, make_user
from summitry.record.act import Stale
from summitry.record.models import Entry

from .. import acts
from ..models import Adoption, Objection, Signature
from .signing import (
    Browser,
    a_final,
    a_signatory,
    a_signature,
    a_speaker,
    a_state,
    an_adopted,
    changed,
    prepared,
)

pytestmark = pytest.mark.django_db(transaction=True)


def entered(kind: str) -> int:
    return Entry.objects.filter(kind=f"documents.{kind}").count()


def test_an_organisation_that_signs_twice_at_once_has_signed_once(at_once):
    version, body = an_adopted(), a_state()
    holders = [a_signatory(version.document, body) for _ in range(2)]
    ready = [prepared(powers, version) for powers in holders]

    def sign(at):
        proof = Browser().sign(ready[at].message)
        return acts.sign(holders[at].person.user, version.document, ready[at].word, "key", proof)

    found = at_once(lambda: sign(0), lambda: sign(1))
    assert sorted(type(one) for one in found if not isinstance(one, Signature)) in (
        [ValidationError],
        [Stale],
    )
    after = at_once(lambda: (Signature.objects.count(), entered("signed"), changed()))
    assert after == [(1, 1, [])]


def test_a_double_click_signs_once(at_once):
    version = an_adopted()
    powers = a_signatory(version.document)
    ready, browser = prepared(powers, version), Browser()

    def sign():
        proof = browser.sign(ready.message)
        return acts.sign(powers.person.user, version.document, ready.word, "key", proof)

    found = at_once(sign, sign)
    assert [one.pk for one in found if isinstance(one, Signature)]
    assert at_once(lambda: (Signature.objects.count(), entered("signed"))) == [(1, 1)]


def test_a_certification_and_a_withdrawal_at_once(at_once):
    version = an_adopted()
    signature, depositary = a_signature(version), make_user("depositary")
    other = make_user("depositary")
    at_once(
        lambda: acts.certify_signature(depositary, signature),
        lambda: acts.withdraw_signature(other, signature),
    )
    after = at_once(lambda: (Signature.objects.get().state, entered("signature_withdrawn"), changed()))
    assert after == [("withdrawn", 1, [])]


def test_an_objection_at_the_last_instant_and_the_clock(at_once):
    body = make_organisation("Egypt")
    delegate, version, now = a_speaker(body), a_final(), timezone.now()
    adoption = acts.begin_adoption(None, version, "consensus", closes_at=now + timedelta(days=14), now=now)
    end = adoption.closes_at
    at_once(
        lambda: acts.object_to_adoption(delegate, adoption, body, "No", now=end),
        lambda: acts.close_adoption(None, adoption, now=end + timedelta(microseconds=1)),
    )
    after = at_once(lambda: (Adoption.objects.get().state, Objection.objects.exists(), changed()))
    assert after in ([("failed", True, [])], [("adopted", False, [])])


def test_the_clock_of_two_workers_adopts_once(at_once):
    make_organisation("Egypt")
    a_speaker(make_organisation("Chile"))
    version, now = a_final(), timezone.now()
    acts.begin_adoption(None, version, "consensus", closes_at=now + timedelta(days=14), now=now)
    Adoption.objects.update(opens_at=now - timedelta(days=20), closes_at=now - timedelta(seconds=1))
    at_once(acts.close_due_adoptions, acts.close_due_adoptions)
    assert at_once(lambda: (Adoption.objects.get().state, entered("adopted"))) == [("adopted", 1)]
