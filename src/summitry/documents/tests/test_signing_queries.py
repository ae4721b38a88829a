"""How much is asked of the database: the same for three as for one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from summitry.people.models import User, scope_of
from summitry.people.tests.factories import make_organisation, make_user

from .. import certificate, signing_personal
from .. import signing_faces as faces
from ..models import Adoption, FullPowers, Signature
from ..queries import signatures, signing_waiting, speakers
from .signing import a_final, a_signatory, grant

pytestmark = pytest.mark.django_db


def asked(function) -> int:
    with CaptureQueriesContext(connection) as found:
        result = function()
        if hasattr(result, "__next__"):
            list(result)
    return len(found)


def fresh(user: User) -> User:
    return User.objects.select_related("person").get(pk=user.pk)


def world(n: int):
    """n of everything, made without acts: bodies with speakers and windows that are open to them, full powers
    in force and waiting, signatures that wait; all of which concern one user."""
    user, now = grant(make_user(), "depositary"), timezone.now()
    bodies = [make_organisation(f"Body {n} {at}", country="EG") for at in range(n)]
    speaker = make_user("delegate", scope_of(bodies[0]))
    signed = a_final(f"signed-{n}")
    signed.adopted_at = now
    signed.save()
    for at, body in enumerate(bodies):
        adoption = Adoption.objects.create(
            version=a_final(f"open-{n}-{at}"),
            way="consensus",
            opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=15),
        )
        adoption.entitled.set(bodies)
        a_signatory(None, body, user)
        a_signatory(None, body, user, state=FullPowers.State.WAITING, answered_at=None)
        Signature.objects.create(
            document=signed.document,
            version=signed,
            organisation=body,
            person=user.person,
            kind="simple",
            means="paper",
        )
    return user, speaker, bodies, signed


def test_three_cost_as_much_as_one():
    counts = []
    for n in (1, 3):
        user, speaker, bodies, version = world(n)
        uids = [str(one.uid) for one in Signature.objects.filter(version=version)]
        counts.append(
            {
                "waiting for the depositary": asked(lambda user=user: signing_waiting.waiting(fresh(user))),
                "waiting for a speaker": asked(lambda one=speaker: signing_waiting.waiting(fresh(one))),
                "powers": asked(lambda: iter(list(signing_waiting.powers_queue("waiting")))),
                "to certify": asked(lambda: iter(list(signing_waiting.signature_queue()))),
                "represented": asked(speakers.represented),
                "accounts": asked(lambda bodies=bodies: speakers.accounts_for(bodies)),
                "voices": asked(lambda user=user: speakers.voices(fresh(user))),
                "powers of": asked(
                    lambda user=user, version=version: speakers.powers_of(fresh(user), version.document)
                ),
                "faces": asked(lambda uids=uids: faces.signature_faces(uids)),
                "copy": asked(lambda version=version: certificate.copy_of(version)),
                "export": asked(lambda user=user: signing_personal.give(fresh(user))),
            }
        )
    assert counts[0] == counts[1]
    assert counts[0] == {
        "waiting for the depositary": 7,
        "waiting for a speaker": 6,
        "powers": 1,
        "to certify": 1,
        "represented": 2,
        "accounts": 1,
        "voices": 3,
        "powers of": 2,
        "faces": 1,
        "copy": 4,
        "export": 5,
    }


def test_the_list_goes_by_names_as_they_are_looked_for():
    """Not by codes of letters, after which É would follow Z."""
    names = ["Zagreb", "École", "Ankara", "ecology"]
    bodies = [make_organisation(name) for name in names]
    signed = a_final("sorted")
    for body in bodies:
        Signature.objects.create(
            document=signed.document,
            version=signed,
            organisation=body,
            person=make_user().person,
            kind="simple",
            means="paper",
        )
    found = signatures.found(signed.document, signatures.Filters(state="all"))
    assert [str(one.organisation.name) for one in found] == ["Ankara", "École", "ecology", "Zagreb"]
