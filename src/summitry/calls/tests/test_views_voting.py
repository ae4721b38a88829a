"""The pages of the public's vote: what each may see and press, and what nobody sees before its time."""

import re
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from summitry.calls import acts, queries
from summitry.calls.models import PublicVote, SetAside, StageRun
from summitry.calls.queries.voting import shuffled
from summitry.people.models import Role
from summitry.people.tests.factories import make_institution, make_user

from .factories import FIELDS, make_manager_of
from .voting import crowd, votes_at_once, voting_rules, voting_world

pytestmark = pytest.mark.django_db
LEAKS = ("Private note", "contact-0", "Ministry 0")


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


def page_of(world) -> str:
    return reverse("calls:vote", args=[world.call.slug, "voice"])


def desk_of(world) -> str:
    return reverse("calls:votes", args=[world.call.slug, "voice"])


def post(client, world, entry, do, **more):
    return client.post(page_of(world), {"entry": entry.ref, "do": do}, **more)


def text(answer) -> str:
    return answer.content.decode()


def refs(answer) -> list[str]:
    return re.findall(r'<li class="sheet stack s" id="([\w-]+)"', text(answer))


# -- the public -----------------------------------------------------------------------------------


def test_a_visitor_reads_the_candidates_public_words_and_is_asked_to_sign_in(client: Client) -> None:
    world = voting_world()
    answer = client.get(page_of(world))
    page = text(answer)
    assert sorted(refs(answer)) == sorted(entry.ref for entry in world.submissions)
    assert "Entry 0" in page
    assert "Ministry 0" in page  # the organisation is a public field of this call
    assert "Sign in" in page
    assert "<button" not in page.partition("<main")[2].partition("</main>")[0]
    for leak in ("Private note", "contact-0", str(world.submissions[0].applicant.name)):
        assert leak not in page
    assert answer.headers["Cache-Control"].count("no-store") == 1
    assert not answer.cookies


def test_what_is_not_public_stays_hidden_and_a_blind_call_names_nobody(client: Client) -> None:
    hidden = tuple(
        replace(one, visibility="private") if one.key in {"organisation", "summary"} else one
        for one in FIELDS
    )
    world = voting_world(found=replace(voting_rules(), fields=hidden))
    page = text(client.get(page_of(world)))
    assert "Entry 0" in page
    assert "Ministry 0" not in page
    assert "Boats record" not in page
    blind = voting_world(found=replace(voting_rules(), blind=True))
    page = text(client.get(page_of(blind)))
    assert ("Entry 0" in page, "Ministry 0" in page) == (True, False)


def test_only_what_is_in_the_running_is_before_the_public(client: Client) -> None:
    world = voting_world()
    gone = world.submissions[1]
    acts.withdraw(gone.applicant.user, gone)
    assert gone.ref not in refs(client.get(page_of(world)))
    client.force_login(make_user())
    answer = post(client, world, gone, "vote")
    assert (answer.status_code, PublicVote.objects.count()) == (422, 0)
    assert "not before the public" in text(answer)


def test_a_stage_that_has_not_opened_has_no_page(client: Client) -> None:
    world = voting_world()
    StageRun.objects.filter(key="voice").update(state="pending", opened_at=None)
    assert client.get(page_of(world)).status_code == 404
    assert client.get(reverse("calls:vote", args=[world.call.slug, "jury"])).status_code == 404
    assert page_of(world) not in text(client.get(reverse("calls:detail", args=[world.call.slug])))


def test_the_page_of_the_call_leads_to_the_vote(client: Client) -> None:
    world = voting_world()
    assert f'href="{page_of(world)}"' in text(client.get(reverse("calls:detail", args=[world.call.slug])))


def test_one_button_votes_moves_and_takes_back_without_javascript(client: Client) -> None:
    world, user = voting_world(), make_user()
    first, second, _third = world.submissions
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    page = text(client.get(page_of(world)))
    assert page.count("Vote for it") == 3
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1]

    def press(entry, do):
        answer = client.post(
            page_of(world) + "?page=1", {"entry": entry.ref, "do": do, "csrfmiddlewaretoken": token}
        )
        assert (answer.status_code, answer["Location"]) == (302, f"{page_of(world)}?page=1#{entry.ref}")
        return [vote.submission_id for vote in PublicVote.objects.filter(voter=user.person)]

    assert press(first, "vote") == [first.pk]
    page = text(client.get(page_of(world)))
    assert (page.count("Move my vote here"), page.count("You voted for it")) == (2, 1)
    assert press(second, "move") == [second.pk]
    assert press(second, "back") == []
    assert press(second, "back") == []
    assert len(PublicVote.objects.filter(origin="")) == 0


def test_each_is_told_why_she_has_no_button(client: Client) -> None:
    world = voting_world(account_days=10)
    own = world.submissions[0].applicant.user
    type(own).objects.filter(pk=own.pk).update(date_joined="2020-01-01T00:00Z")
    for user, said, buttons in (
        (make_user(), "10 days old when the vote opened", 0),
        (make_user(verified=False, date_joined="2020-01-01T00:00Z"), "Confirm your e-mail address", 0),
        (world.jurors[0], "You have a duty in this call", 0),
        (world.manager, "You have a duty in this call", 0),
        (own, "Your own entry", 2),
    ):
        client.force_login(user)
        page = text(client.get(page_of(world)))
        assert said in page
        assert page.count("Vote for it") == buttons
    client.force_login(world.jurors[0])
    assert post(client, world, world.submissions[0], "vote").status_code == 403
    client.force_login(own)
    assert post(client, world, world.submissions[0], "vote").status_code == 403
    client.logout()
    assert post(client, world, world.submissions[0], "vote").status_code == 403
    client.force_login(make_user(date_joined="2020-01-01T00:00Z"))
    assert post(client, world, world.submissions[0], "rig").status_code == 403
    assert PublicVote.objects.count() == 0


def test_nobody_sees_a_count_before_the_stage_is_closed(client: Client) -> None:
    world = voting_world()
    first = world.submissions[0]
    for user in crowd(37, days=90):
        acts.cast_vote(user, first)
    client.force_login(make_user())
    words = re.sub(r"<[^>]+>", " ", text(client.get(page_of(world))))
    assert re.findall(r"\d+ +votes?\b", words) == []
    for user in (world.manager, make_user(Role.AUDITOR)):
        client.force_login(user)
        page = text(client.get(desk_of(world)))
        assert "37 votes · 37 accounts" in page  # of all entries together
        assert f'id="{first.ref}"' not in page
    acts.close_stage(world.manager, world.run("voice"))
    answer = client.get(page_of(world))
    assert "37 votes count" in text(answer)
    assert refs(answer)[0] == first.ref
    assert "<form" not in text(answer).partition("<main")[2].partition("</main>")[0]


def test_once_published_only_what_was_accepted_is_named(client: Client) -> None:
    from summitry.calls.acts import Choice

    from .factories import decide

    world = voting_world()
    first, second, third = world.submissions
    acts.close_stage(world.manager, world.run("voice"))
    acts.open_stage(world.manager, world.run("deliberation"))
    why = "It serves a region that the list lacked."
    accepted = Choice("accepted", departure_reason=why)
    no = Choice("rejected", standard="weaker", departure_reason=why)
    call = decide(world, no, accepted, no)
    acts.seal_verdict(world.chair, call, call.sheet)
    assert len(refs(client.get(page_of(world)))) == 3  # nothing tells the decision
    acts.publish(world.manager, world.fresh())
    assert refs(client.get(page_of(world))) == [second.ref]
    assert {first.ref, third.ref} & set(refs(client.get(page_of(world)))) == set()


def test_the_order_differs_by_reader_and_stays_for_her(client: Client) -> None:
    world = voting_world(6)
    address = page_of(world)
    orders = [refs(client.get(address, HTTP_USER_AGENT=f"Reader {n}")) for n in range(12)]
    again = [refs(client.get(address, HTTP_USER_AGENT=f"Reader {n}")) for n in range(12)]
    assert orders == again
    assert len({tuple(one) for one in orders}) > 6
    assert {tuple(sorted(one)) for one in orders} == {tuple(sorted(e.ref for e in world.submissions))}


def test_no_place_is_better_than_another() -> None:
    first = [shuffled(list(range(5)), f"reader {n}")[0] for n in range(5000)]
    shares = [first.count(one) for one in range(5)]
    assert all(870 < one < 1130 for one in shares)  # 1000 each, ±4.6 standard deviations


def test_pages_hold_every_candidate_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("summitry.calls.queries.voting.CARDS", 2)
    world = voting_world(5)
    found = [ref for n in (1, 2, 3) for ref in refs(client.get(f"{page_of(world)}?page={n}"))]
    assert sorted(found) == sorted(entry.ref for entry in world.submissions)
    north = refs(client.get(f"{page_of(world)}?category=south"))
    assert north == []
    assert len(refs(client.get(f"{page_of(world)}?category=moon"))) == 2


def test_a_set_aside_vote_tells_its_voter_and_everybody_the_reason(client: Client) -> None:
    world, user = voting_world(), make_user()
    acts.cast_vote(user, world.submissions[0])
    votes_at_once(world.run("voice"), world.submissions[0], crowd(10))
    acts.set_aside_votes(world.manager, world.run("voice"), "new:all", "Accounts made for this vote")
    assert "Accounts made for this vote" in text(client.get(page_of(world)))
    client.force_login(user)
    page = text(client.get(page_of(world)))
    assert "Your vote for it has been set aside" in page
    assert post(client, world, world.submissions[0], "back").status_code == 422


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_costs_the_same_for_one_and_three(django_assert_num_queries, many) -> None:
    world, user = voting_world(many, choices=3), make_user()
    for entry in world.submissions:
        acts.cast_vote(user, entry)
    run = queries.front_run(world.call.slug, "voice", "vote")
    with django_assert_num_queries(4):
        page = queries.vote_page(user, run, "seed")
        assert [len(page.cards), len(page.chosen)] == [many, many]
        assert all(card.organisation and card.category for card in page.cards)


# -- those who look after it ----------------------------------------------------------------------


def test_who_looks_after_the_votes(client: Client) -> None:
    world = voting_world()
    for user, status in (
        (world.manager, 200),
        (make_user(Role.AUDITOR), 200),
        (world.jurors[0], 403),
        (world.chair, 403),
        (world.screener, 403),
        (world.submissions[0].applicant.user, 403),
        (make_user(), 403),
    ):
        client.force_login(user)
        assert client.get(desk_of(world)).status_code == status
    client.logout()
    assert client.get(desk_of(world)).status_code == 302


def test_a_manager_sets_aside_what_looks_odd_and_takes_it_back(client: Client) -> None:
    world = voting_world()
    votes_at_once(world.run("voice"), world.submissions[0], crowd(30), origin="c" * 64)
    client.force_login(world.manager)
    page = text(client.get(desk_of(world)))
    for said in ("New accounts", "One origin", "bots.example", "network cccccccc"):
        assert said in page
    assert "crowd-" not in page  # nobody's address
    until = re.search(r'name="until" value="([^"]+)"', page)[1]
    given = {"do": "aside", "group": "new:all", "until": until}
    refused = client.post(desk_of(world), {**given, "reason": " "})
    assert (refused.status_code, SetAside.objects.count()) == (422, 0)
    assert "Say why" in text(refused)
    assert client.post(desk_of(world), {**given, "reason": "Bought"}).status_code == 302
    made = SetAside.objects.get()
    assert (made.count, str(made.reason)) == (30, "Bought")
    assert "Bought" in text(client.get(desk_of(world)))
    back = {"do": "restore", "aside": made.pk, "reason": "A school"}
    assert client.post(desk_of(world), back).status_code == 302
    assert client.post(desk_of(world), back).status_code == 302  # a second click
    assert SetAside.objects.count() == 0


def test_a_manager_with_a_conflict_sees_no_group_of_that_entry_and_sets_nothing_aside(client: Client) -> None:
    world = voting_world()
    first, second, _third = world.submissions
    for entry in (first, second):
        votes_at_once(world.run("voice"), entry, crowd(12, domain=f"{entry.number}.example"))
    partial = make_manager_of(world)
    second.conflicts.create(juror=partial.person)
    client.force_login(partial)
    page = text(client.get(desk_of(world)))
    assert (f"{first.number}.example" in page, f"{second.number}.example" in page) == (True, False)
    assert second.ref not in page
    assert "Set these votes aside" not in page
    answer = client.post(desk_of(world), {"do": "aside", "group": "new:all", "reason": "Why"})
    assert (answer.status_code, SetAside.objects.count()) == (403, 0)


@pytest.mark.parametrize("many", [1, 3])
def test_the_votes_page_costs_the_same_for_one_and_three(django_assert_num_queries, many) -> None:
    world = voting_world(many)
    run = world.run("voice")
    for at, entry in enumerate(world.submissions):
        votes_at_once(run, entry, crowd(30), origin=str(at) * 64)
    auditor = make_user(Role.AUDITOR)
    assert auditor.roles
    with django_assert_num_queries(7):
        found = queries.votes_page(auditor, run)
        assert [len(one.groups) for one in found.checks][2:] == [many, many]
        assert len(found.entries) == many
