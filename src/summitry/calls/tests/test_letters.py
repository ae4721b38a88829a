"""The words of the answers: a call's own letters, languages, what else stands in them; the embargo."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from summitry.calls import acts, checks, letters, queries
from summitry.calls.models import CoApplicant, Decision
from summitry.calls.rules import DecisionRule, Letter, Tier
from summitry.people.models import Role, User
from summitry.people.tests.factories import make_user
from summitry.record.models import Entry
from summitry.text import languages
from summitry.text.moments import exact
from summitry.text.templatetags.text import exactly
from tests.worlds import remembered

from .after import NO, WAIT, YES, published, sealed, under_embargo
from .factories import STAGES, T, open_world, rules

pytestmark = pytest.mark.django_db
OWN = (
    Letter(
        "accepted",
        T("{ref}: welcome", fr="{ref} : bienvenue"),
        T("Dear {name},\n“{title}” is in “{call}”.", fr="Cher·ère {name},\n« {title} » est retenu."),
    ),
    Letter("rejected", T("{ref}"), T("Dear {name}, no: {reason}")),
)


def owner(submission):
    return submission.applicant.user


def written(world, at, **options):
    decision = Decision.objects.select_related("submission").get(submission=world.submissions[at])
    decision.submission.call = world.fresh()
    user = decision.submission.applicant.user
    return letters.answer(world.call, decision, User.objects.get(pk=user.pk), **options)


def test_a_calls_own_letter_is_filled_in_for_its_reader():
    world = sealed([YES, NO], letters=OWN)
    yes, no = written(world, 0), written(world, 1)
    name = str(world.submissions[0].applicant.name)
    assert yes.subject == f"{world.submissions[0].ref}: welcome"
    assert f"Dear {name},\n“A data trust” is in “Small call”." in yes.text
    assert "has been accepted" not in yes.text  # the built-in words
    assert "no: Others were stronger" in no.text
    assert no.text.count("Others were stronger") == 1


def test_a_reason_is_told_even_if_the_letter_forgets_it():
    world = sealed([YES, NO], letters=(Letter("rejected", T("No"), T("Sorry.")),))
    assert "The reason:\nOthers were stronger" in written(world, 1).text
    assert "has been accepted" in written(world, 0).text


def test_a_tier_has_its_own_letter_before_that_of_the_result():
    tiers = DecisionRule(tiers=(Tier("gold", T("Gold")), Tier("silver", T("Silver"))))
    own = (Letter("gold", T("Gold!"), T("{tier}")), Letter("accepted", T("In"), T("In as {tier}.")))
    world = sealed(
        [acts.Choice("accepted", "gold"), acts.Choice("accepted", "silver")], decision=tiers, letters=own
    )
    assert [written(world, at).subject for at in (0, 1)] == ["Gold!", "In"]
    assert "In as Silver." in written(world, 1).text


def test_the_letter_is_in_the_readers_language_or_says_that_it_is_not():
    world = sealed([YES, NO], letters=OWN)
    User.objects.filter(pk__in=[owner(one).pk for one in world.submissions]).update(language="fr")
    french, other = written(world, 0), written(world, 1)
    assert (french.language, french.subject) == ("fr", f"{world.submissions[0].ref} : bienvenue")
    assert "« Une fiducie » est retenu." in french.text
    assert "Dear" in other.text
    with translation.override("fr"):
        assert languages.local_name("en") in other.text
        assert languages.local_name("en") not in french.text


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_stands_in_for_a_placeholder_is_never_read_as_one(title, reason):
    letter = Letter("rejected", T("x{title}x"), T("[{title}|{reason}]{name}{nothing}"))
    found = letters.written(letter, {"title": title, "reason": reason, "name": "{ref}"}, "en")
    assert found.body == f"[{title}|{reason}]{{ref}}{{nothing}}"
    assert "\n" not in found.subject


@pytest.mark.parametrize(
    ("letter", "path"),
    [
        (Letter("accepted", T("A {nam}"), T("B")), "letters.accepted.subject.en"),
        (Letter("accepted", T("A"), T("B", fr="{reasons}")), "letters.accepted.body.fr"),
        (Letter("accepted", T("A"), T("{}")), "letters.accepted.body.en"),
        (Letter("accepted", T("A"), T("{name.first}")), "letters.accepted.body.en"),
    ],
)
def test_a_placeholder_that_stands_for_nothing_is_refused_by_its_path(letter, path):
    assert [one.path for one in checks.problems(rules(letters=(letter,)))] == [path]
    good = replace(letter, subject=T("{call} {ref} {title}"), body=T("{tier} {reason} {name} { x"))
    assert checks.problems(rules(letters=(good,))) == []


@remembered
def marked(**changes):
    world = sealed([YES], **changes)
    one = world.submissions[0]
    one.assessments.update(comment="Well argued.", note="Between us.")
    return world


@pytest.mark.parametrize("scores", [False, True])
@pytest.mark.parametrize("comments", [False, True])
def test_scores_and_comments_are_in_the_letter_and_on_the_page_as_the_rules_allow(
    scores, comments, mailoutbox, django_capture_on_commit_callbacks
):
    world = marked(publish_scores=scores, publish_comments=comments)
    user = owner(world.submissions[0])
    with django_capture_on_commit_callbacks(execute=True):
        acts.publish(world.manager, world.fresh())
    [letter] = [one for one in mailoutbox if one.to == [user.email]]
    client = Client()
    client.force_login(user)
    page = client.get(reverse("calls:submission", args=[world.submissions[0].uid])).content.decode()
    assert ("Effect: 5 / 5" in letter.body, "5 / 5" in page) == (scores, scores)
    assert ("Well argued." in letter.body, "Well argued." in page) == (comments, comments)
    assert "Between us." not in letter.body + page


def test_the_publish_page_shows_each_answer_as_it_will_be_read(client):
    world = marked(publish_comments=True, letters=OWN)
    client.force_login(world.manager)
    page = client.get(reverse("calls:publish", args=[world.call.slug])).content.decode()
    assert f"{world.submissions[0].ref}: welcome" in page
    assert "Well argued." in page


def test_queries_of_the_publish_page_do_not_grow(client):
    counts = []
    for many in (1, 3):
        world = sealed([YES] * many, publish_comments=True, publish_scores=True)
        client.force_login(world.manager)
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("calls:publish", args=[world.call.slug]))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_queries_of_writing_the_answers_do_not_grow():
    counts = []
    for many in (1, 3):
        world = under_embargo([YES] * many, publish_comments=True, publish_scores=True)
        with CaptureQueriesContext(connection) as captured:
            acts.tell(world.manager, world.fresh())
        counts.append(len(captured))
    assert counts[0] == counts[1]


# -- the embargo ----------------------------------------------------------------------------------


def test_telling_writes_to_every_applicant_and_makes_nothing_public(
    mailoutbox, django_capture_on_commit_callbacks
):
    world = under_embargo([YES, WAIT, NO])
    with django_capture_on_commit_callbacks(execute=True):
        call = acts.tell(world.manager, world.fresh())
    assert (call.state, call.told_at is not None, call.appeals_until) == ("decided", True, None)
    until = f"UNDER EMBARGO until {exactly(call.stages.get(key='publication').closes_at)} UTC"
    answers = [one for one in mailoutbox if "The answer to" in one.subject]
    assert [one.to for one in answers] == [[owner(one).email] for one in world.submissions]
    assert all(until in one.body for one in answers)
    entry = Entry.objects.get(kind="calls.told")
    assert sorted(entry.facts) == ["letters", "slug", "title", "until"]
    assert entry.facts["letters"] == 3
    assert {one.state for one in world.submissions} == {"submitted"}
    assert acts.tell(world.manager, call).told_at == call.told_at
    assert Entry.objects.filter(kind="calls.told").count() == 1


def test_nothing_is_published_before_its_day_and_nobody_is_written_to_twice(
    mailoutbox, django_capture_on_commit_callbacks
):
    world = under_embargo([YES, NO])
    with django_capture_on_commit_callbacks(execute=True):
        acts.tell(world.manager, world.fresh())
    count, until = len(mailoutbox), world.run("publication").closes_at
    with pytest.raises(ValidationError, match=f"until {exact(until)}"):
        acts.publish(world.manager, world.fresh(), now=until - timedelta(seconds=1))
    assert world.fresh().state == "decided"
    with django_capture_on_commit_callbacks(execute=True):
        call = acts.publish(world.manager, world.fresh(), now=until)
    assert (call.state, call.appeals_until) == ("published", until + timedelta(days=14))
    assert len(mailoutbox) == count


def test_without_having_told_publication_writes(mailoutbox, django_capture_on_commit_callbacks):
    world = under_embargo([YES])
    until = world.run("publication").closes_at
    with django_capture_on_commit_callbacks(execute=True):
        acts.publish(world.manager, world.fresh(), now=until)
    [letter] = [one for one in mailoutbox if "The answer to" in one.subject]
    assert "EMBARGO" not in letter.body


def test_who_tells_and_when():
    world = under_embargo([YES])
    for user in (world.chair, world.screener, owner(world.submissions[0]), make_user()):
        with pytest.raises(PermissionDenied):
            acts.tell(user, world.fresh())
    with pytest.raises(ValidationError, match="ended"):
        acts.tell(world.manager, world.fresh(), now=world.run("publication").closes_at)
    plain = sealed([YES])
    with pytest.raises(ValidationError, match="no embargo"):
        acts.tell(plain.manager, plain.fresh())
    early = open_world()
    with pytest.raises(ValidationError, match="sealed"):
        acts.tell(early.manager, early.fresh())


def test_rules_with_an_embargo_need_its_day():
    stage = replace(STAGES[-1], options={"embargo": True})
    dated = {"opens_at": timezone.now(), "closes_at": timezone.now() + timedelta(days=1)}
    [found] = checks.problems(rules(stages=(*STAGES[:-1], stage), **dated))
    assert found.path == "stages.publication.closes_at"
    wrong = replace(STAGES[-1], options={"embargo": "yes"})
    assert [one.path for one in checks.problems(rules(stages=(*STAGES[:-1], wrong)))] == [
        "stages.publication.options.embargo"
    ]


def test_under_embargo_her_own_page_and_no_other_door_tells_the_answer(client):
    """Told: the applicant and a co-applicant who agreed read it; the public, other applicants and the jury
    read nothing of it, on no page, in no face, feed or search."""
    world = under_embargo([YES, NO], certificates=True)
    one, two = world.submissions
    partner, stranger = make_user(), make_user()
    CoApplicant.objects.create(
        submission=one, email=partner.email, person=partner.person, confirmed_at=timezone.now()
    )
    CoApplicant.objects.create(submission=one, email=stranger.email)
    acts.tell(world.manager, world.fresh())
    address = reverse("calls:submission", args=[one.uid])
    for user in (owner(one), partner):
        client.force_login(user)
        page = client.get(address).content.decode()
        assert "Under embargo" in page
        assert ">Accepted</h2>" in page
        assert reverse("calls:results", args=[world.call.slug]) not in page
        assert "certificate.pdf" not in page
        assert client.get(reverse("calls:certificate", args=[one.uid])).status_code == 404
        assert "accepted" not in client.get(reverse("calls:mine")).content.decode()
    for user in (owner(two), stranger, world.jurors[0], None):
        client.logout()
        if user:
            client.force_login(user)
        assert client.get(address).status_code != 200
        assert client.get(reverse("calls:results", args=[world.call.slug])).status_code == 404
        for name in ("record", "calls", "search?q=trust"):
            body = client.get(f"/en/{name}", follow=True).content.decode()
            assert "Accepted:" not in body
            assert "accepted)" not in body
        detail = client.get(reverse("calls:detail", args=[world.call.slug])).content.decode()
        assert one.ref not in detail
    assert queries.call_page(world.call.slug).accepted == []
    decision = Decision.objects.select_related("submission__call").get(submission=one)
    assert queries.chosen_story(decision) is None
    assert not Entry.objects.filter(kind__in=["calls.accepted", "calls.published"]).exists()
    told = Entry.objects.get(kind="calls.told")
    assert one.ref not in str(told.said)


def test_the_button_under_embargo(client):
    world = under_embargo([YES])
    client.force_login(world.manager)
    slug = world.call.slug
    page = client.get(reverse("calls:publish", args=[slug])).content.decode()
    assert "UNDER EMBARGO" in page
    assert client.post(reverse("calls:publish", args=[slug])).status_code == 422
    assert client.post(reverse("calls:tell", args=[slug])).status_code == 302
    assert world.fresh().told_at is not None
    assert world.fresh().state == "decided"
    client.force_login(world.chair)
    assert client.post(reverse("calls:tell", args=[slug])).status_code == 403
    plain = sealed([YES])
    client.force_login(plain.manager)
    assert client.post(reverse("calls:tell", args=[plain.call.slug])).status_code == 422
    assert plain.fresh().state == "decided"


def test_a_person_erased_gets_no_letter(mailoutbox, django_capture_on_commit_callbacks):
    world = sealed([YES, NO])
    User.objects.filter(pk=owner(world.submissions[0]).pk).update(is_active=False)
    with django_capture_on_commit_callbacks(execute=True):
        acts.publish(world.manager, world.fresh())
    answers = [one.to for one in mailoutbox if "The answer to" in one.subject]
    assert answers == [[owner(world.submissions[1]).email]]


def test_the_secretariat_publishes_too():
    world = published([YES, NO])
    assert world.call.is_published
    assert acts.tell(make_user(Role.SECRETARIAT), world.fresh()).told_at is None
