"""An accepted session proposal becomes a session of the gathering that its call names."""

import pytest
from django.core.exceptions import ValidationError

from summitry.calls import acts as calls
from summitry.calls.models import Decision
from summitry.calls.rules import Field
from summitry.calls.tests.after import WAIT, YES, published
from summitry.calls.tests.factories import FIELDS, judged, open_world, rules
from summitry.gatherings import outcomes
from summitry.gatherings.models import Session, Track
from summitry.gatherings.tests.factories import make_gathering
from summitry.people.models import scope_of
from summitry.record import registry
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


def world_for(gathering, **changes):
    given = {"outcome": "gatherings.session", "outcome_options": {"gathering": gathering.slug}, **changes}
    return open_world(rules(**given))


def test_publishing_a_call_fills_the_programme():
    gathering = make_gathering()
    world = world_for(gathering)
    first, second = judged(world, [[(5, 5), (5, 5)], [(1, 1), (1, 1)]])
    choices = {
        first.pk: calls.Choice("accepted", tier="gold"),
        second.pk: calls.Choice("rejected", reason="Others were stronger."),
    }
    call = calls.decide(world.chair, world.fresh(), choices, world.call.sheet)
    calls.seal_verdict(world.chair, call, call.sheet)
    calls.publish(world.manager, world.fresh())
    session = Session.objects.get()
    assert session.gathering == gathering
    assert session.title == Text.of("A data trust", fr="Une fiducie")
    assert str(session.abstract) == "Boats record one catch once."
    assert session.track == Track.objects.get(slug="north")
    assert [part.person for part in session.parts.all()] == [first.applicant]
    assert (session.state, hasattr(session, "slot")) == ("accepted", False)
    decision = Decision.objects.get(submission=first)
    assert decision.outcome == f"gatherings.session:{gathering.slug}/{session.slug}"
    assert registry.url_of(decision.outcome) is None  # not released: the public has no page of it
    assert outcomes.make_session(world.manager, decision) == decision.outcome
    assert Session.objects.count() == 1


def test_a_call_without_a_gathering_says_so():
    world = open_world(rules(outcome="gatherings.session"))
    with pytest.raises(ValidationError, match="name no gathering"):
        outcomes.gathering_for(world.call)
    gathering = make_gathering()
    world.call.parent_scope = scope_of(gathering)
    assert outcomes.gathering_for(world.call) == gathering


def test_named_speakers_become_persons_and_the_applicant_is_herself():
    gathering = make_gathering()
    fields = (
        *FIELDS,
        Field("people", "persons", Text.of("Speakers"), role="speakers"),
        Field("minutes", "number", Text.of("Minutes"), role="duration"),
    )
    world = world_for(gathering, fields=fields)
    from summitry.calls.tests.factories import make_sent
    from summitry.people.tests.factories import make_user

    user = make_user(name="Ada")
    people = [{"name": "Ada"}, {"name": "Bo", "country": "CN", "role": "moderator"}]
    submission = make_sent(world, user, people=people, minutes="45")
    decision = Decision.objects.create(submission=submission, result="accepted")
    outcomes.make_session(world.manager, decision)
    outcomes.make_session(world.manager, decision)
    session = Session.objects.get()
    assert session.minutes == 45
    assert [(str(part.person.name), part.role) for part in session.parts.all()] == [
        ("Ada", "speaker"),
        ("Bo", "moderator"),
    ]
    assert session.parts.all()[0].person == user.person


def test_a_place_given_back_cancels_its_session_and_the_next_has_hers():
    gathering = make_gathering()
    outcome = {"outcome": "gatherings.session", "outcome_options": {"gathering": gathering.slug}}
    world = published([YES, WAIT], **outcome)
    first, second = world.submissions
    calls.decline(first.applicant.user, first)
    states = {one.source: one.state for one in Session.objects.all()}
    assert states == {
        f"calls.submission:{first.ref}": "cancelled",
        f"calls.submission:{second.ref}": "accepted",
    }
