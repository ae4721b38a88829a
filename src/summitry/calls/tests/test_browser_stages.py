"""Every stage of whole calls on a telephone in Arabic, before its work is done and after it: axe, width,
errors of scripts."""

from collections import Counter

import pytest
from django.urls import reverse
from django.utils import translation

from summitry.calls import rulesets, stages
from summitry.people.tests.factories import make_institution
from tests.chromium import PHONE, chromium

from .test_browser_jurors import faults, sign_in
from .walking import apply, begin, walk_through

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WALKED = {
    "competition": {"screen", "score", "public_vote", "pitch", "deliberate", "publish"},
    "cooperation_project": {"screen", "supplement", "merge", "deliberate", "publish"},
    "expo": {"screen", "deliberate", "allocate", "publish"},
    "membership": {"screen", "object", "deliberate", "approve", "publish"},
}
ELSEWHERE = {"pairwise", "rank"}  # test_browser_jurors looks at them


class Telephones:
    """One in Arabic for each reader, signed in once; and what was wrong on the pages that they opened."""

    def __init__(self, browser, base):
        self.browser, self.base = browser, base
        self.pages, self.wrong, self.counts = {}, {}, Counter()

    def of(self, user):
        if user not in self.pages:
            self.pages[user] = page = self.browser.new_context(viewport=PHONE, locale="ar").new_page()
            page.on("pageerror", lambda error: self.wrong.setdefault("script", str(error)))
            if user:
                sign_in(page, self.base, user)
        return self.pages[user]

    def look(self, user, address, part):
        """Each page twice in a part of a walk at most: as work begins, and when it is done."""
        if self.counts[part, user, address] == 2:
            return
        self.counts[part, user, address] += 1
        page = self.of(user)
        answer = page.goto(self.base + address)
        found = [] if answer.ok else [answer.status]
        if page.locator("html").get_attribute("dir") != "rtl":
            found.append("from left to right")
        if found := found + faults(page):
            self.wrong[address] = found


def _pages(walk, run):
    """(reader, address) of what a stage shows: the doors of those who work in it, an entry behind each, the
    applicant's own page, and what everybody reads."""
    world = walk.world
    workers = (world.manager, world.screener, world.chair, world.jurors[0], walk.organ)
    slug, first = walk.call.slug, walk.entries()[0]
    for door in run.component.doors:
        held = [one for one in workers if any(one.has_perm(door.permission, of) for of in (run, walk.call))]
        assert held, door
        yield from ((one, door.url(run)) for one in held)
    yield world.manager, reverse("calls:manage", args=[slug])
    yield walk.applicants[0], reverse("calls:submission", args=[first.uid])
    behind = {
        "screen": (world.screener, "calls:screen", [slug, first.ref]),
        "score": (world.jurors[0], "calls:score", [slug, first.ref]),
        "public_vote": (walk.member, "calls:vote", [slug, run.key]),
        "supplement": (walk.applicants[0], "calls:supplement", [first.uid, run.key]),
        "object": (None, "calls:notice", [slug, run.key]),
    }
    given = run.kind != "score" or run.assignments.exists()
    if run.kind in behind and run.is_open and given:
        reader, name, where = behind[run.kind]
        yield reader, reverse(name, args=where)
    if walk.call.is_published:
        yield None, reverse("calls:detail", args=[slug])
        yield None, reverse("calls:results", args=[slug])


def test_together_they_have_every_kind_of_stage():
    assert set().union(*WALKED.values()) | ELSEWHERE == {one.key for one in stages.every()}


@pytest.mark.parametrize("name", WALKED)
def test_each_stage_on_a_telephone_in_arabic(django_db_setup, live_server, monkeypatch, name):
    # The browser runs a loop in this thread, which asks the database one thing at a time nevertheless.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    make_institution()
    walk = begin(rulesets.load(name))
    apply(walk), apply(walk)
    kinds = set()
    with chromium() as browser:
        telephones = Telephones(browser, live_server.url)

        def look(run):
            kinds.add(run.kind)
            with translation.override("ar"):
                common = {reverse("calls:manage", args=["a-call"])}
                common |= {reverse("calls:submission", args=[one.uid]) for one in walk.entries()}
                for reader, address in list(_pages(walk, run)):
                    telephones.look(reader, address, "" if address in common else run.key)

        walk_through(walk, look)
    assert kinds == WALKED[name]
    assert telephones.wrong == {}
    assert all(address.startswith("/ar/") for _part, _reader, address in telephones.counts)
