"""What everybody reads: the list, one call, its rules as data, its results."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from summitry.calls import acts
from summitry.calls.acts import Choice
from summitry.calls.models import Call, Decision, RuleSet
from summitry.calls.rules import DecisionRule, Field
from summitry.people.tests.factories import make_institution, make_user
from summitry.record.models import Entry
from summitry.text.value import Text

from .factories import FIELDS, close, judged, make_sent, make_world, open_world, rules

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


def decided(marks=None, found=None):
    """A published call: the first entry accepted in gold, the rest rejected."""
    world = open_world(found)
    entries = judged(world, marks or [[(5, 5)], [(2, 2)]])
    choices = {entries[0].pk: Choice("accepted", "gold", reason="Well checked")}
    choices |= {one.pk: Choice("rejected", reason="Private reason for the applicant") for one in entries[1:]}
    call = acts.decide(world.chair, world.fresh(), choices)
    acts.seal_verdict(world.chair, call, call.sheet)
    acts.publish(world.manager, world.fresh())
    return world, entries


def test_the_list_shows_open_coming_and_earlier_calls_in_their_places(client: Client) -> None:
    later = open_world()
    sooner = open_world()
    Call.objects.filter(pk=sooner.call.pk).update(closes_at=timezone.now() + timedelta(days=2))
    coming = open_world()
    Call.objects.filter(pk=coming.call.pk).update(opens_at=timezone.now() + timedelta(days=1))
    over = close(open_world())
    draft = make_world().call
    answer = client.get(reverse("calls:list"))
    assert [one.pk for one in answer.context["open_calls"]] == [sooner.call.pk, later.call.pk]
    assert [one.pk for one in answer.context["coming"]] == [coming.call.pk]
    assert [one.pk for one in answer.context["page"]] == [over.pk]
    assert draft.slug not in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_call_and_three(
    count: int, client: Client, django_assert_num_queries
) -> None:
    for _ in range(count):
        open_world()
        close(open_world())
    client.get(reverse("calls:list"))
    with django_assert_num_queries(5):
        client.get(reverse("calls:list"))


def test_a_draft_does_not_exist_for_the_public(client: Client) -> None:
    world = make_world()
    for name in ("detail", "submit", "results"):
        answer = client.get(reverse(f"calls:{name}", args=[world.call.slug]), follow=False)
        assert answer.status_code == (302 if name == "submit" else 404)  # the form asks to sign in first
    client.force_login(make_user())
    assert client.get(reverse("calls:submit", args=[world.call.slug])).status_code == 404
    client.force_login(world.manager)
    assert client.get(reverse("calls:detail", args=[world.call.slug])).status_code == 200


def test_the_page_of_a_call_says_what_binds(client: Client) -> None:
    world = open_world()
    make_sent(world, make_user(name="Secret Applicant"))
    page = client.get(reverse("calls:detail", args=[world.call.slug])).content.decode()
    frozen = RuleSet.objects.get(call=world.call)
    for words in (
        "Small call",
        "Screening",
        "60%",
        "Effect",
        "North",
        "for the secretariat only",
        frozen.digest[:8],
    ):
        assert words in page
    opened = Entry.objects.get(kind="calls.opened")
    assert opened.url in page
    assert "Secret Applicant" not in page
    assert "A data trust" not in page


def test_an_amendment_stands_beside_the_rules_with_its_reason(client: Client) -> None:
    world = open_world()
    call = world.fresh()
    fresh = rules(title=Text.of("Small call, amended"), opens_at=call.opens_at, closes_at=call.closes_at)
    acts.amend(world.manager, call, fresh, "A slip of the pen", call.version)
    page = client.get(reverse("calls:detail", args=[call.slug])).content.decode()
    assert "A slip of the pen" in page
    assert page.index("v2") < page.index("v1")


def test_the_rules_as_json_hash_to_the_digest_in_the_record(client: Client) -> None:
    world = open_world()
    answer = client.get(reverse("calls:rules", args=[world.call.slug, 1]))
    entry = Entry.objects.get(kind="calls.opened")
    assert hashlib.sha256(answer.content).hexdigest() == entry.facts["rules"]
    assert json.loads(answer.content)["format"] == "summitry.rules/1"
    assert "attachment" in answer["Content-Disposition"]
    assert client.get(reverse("calls:rules", args=[world.call.slug, 2])).status_code == 404


def test_results_are_not_there_before_they_are_published(client: Client) -> None:
    world = open_world()
    entries = judged(world, [[(5, 5)]])
    acts.decide(world.chair, world.fresh(), {entries[0].pk: Choice("accepted", "gold")})
    assert Decision.objects.count() == 1
    assert client.get(reverse("calls:results", args=[world.call.slug])).status_code == 404
    acts.seal_verdict(world.chair, world.fresh())
    assert client.get(reverse("calls:results", args=[world.call.slug])).status_code == 404


def test_results_show_what_was_accepted_and_nothing_of_the_rest(client: Client) -> None:
    world, entries = decided()
    answer = client.get(reverse("calls:results", args=[world.call.slug]))
    page = answer.content.decode()
    assert [row["decision"].submission_id for row in answer.context["rows"]] == [entries[0].pk]
    assert "1 of 2 submissions accepted" in page
    assert entries[1].ref not in page
    assert "Private reason" not in page
    assert world.fresh().verdict.digest in page
    assert Entry.objects.get(kind="calls.sealed").url in page


def test_results_say_why_a_decision_departs_from_the_order(client: Client) -> None:
    world = open_world()
    entries = judged(world, [[(5, 5)], [(2, 2)]])
    choices = {
        entries[0].pk: Choice("rejected", reason="Too late", departure_reason="Its figures were withdrawn"),
        entries[1].pk: Choice("accepted", "gold", departure_reason="It stands for the islands"),
    }
    call = acts.decide(world.chair, world.fresh(), choices)
    acts.seal_verdict(world.chair, call)
    acts.publish(world.manager, world.fresh())
    page = client.get(reverse("calls:results", args=[world.call.slug])).content.decode()
    assert "It stands for the islands" in page
    assert "departs from the computed order" in page


def test_a_title_that_is_not_for_the_public_is_not_in_the_results(client: Client) -> None:
    hidden = (
        Field("title", "line", Text.of("Title"), role="title", translatable=True, visibility="private"),
        *FIELDS[1:],
    )
    world, entries = decided(found=rules(fields=hidden))
    page = client.get(reverse("calls:results", args=[world.call.slug])).content.decode()
    assert "A data trust" not in page
    assert entries[0].ref in page


@pytest.mark.parametrize("entries", [1, 3])
def test_results_cost_the_same_for_one_entry_and_three(
    entries: int, client: Client, django_assert_num_queries
) -> None:
    world = open_world(rules(decision=DecisionRule()))
    found = judged(world, [[(5, 5)]] * entries)
    acts.decide(world.chair, world.fresh(), {one.pk: Choice("accepted") for one in found})
    acts.seal_verdict(world.chair, world.fresh())
    acts.publish(world.manager, world.fresh())
    address = reverse("calls:results", args=[world.call.slug])
    client.get(address)
    with django_assert_num_queries(8):
        assert len(client.get(address).context["rows"]) == entries
