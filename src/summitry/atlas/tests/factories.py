"""Cases for tests. Bare ones are made without acts; chosen ones stand at the end of a small call."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from summitry.atlas.acts import derived
from summitry.atlas.models import Case, Topic
from summitry.calls import rules
from summitry.calls.models import Call, Decision, Submission
from summitry.people.tests.factories import make_organisation, make_person
from summitry.text.value import Text

_number = count(1)
OUTSTANDING = Text.of("Outstanding", zh_hans="精品")
COLLECTION = Text.of("Collection", zh_hans="案例集")
FORM = (
    ("title", "line", "public", True),
    ("summary", "text", "public", True),
    ("body", "text", "public", True),
    ("evidence", "text", "public", True),
    ("countries", "countries", "public", False),
    ("website", "url", "public", False),
    ("year", "year", "public", False),
    ("budget", "text", "private", False),
)
ROLES = {"countries": "country"}


def make_topic(slug: str | None = None, name: Text | str | None = None) -> Topic:
    n = next(_number)
    words = name if isinstance(name, Text) else Text.of(name or f"Topic {n}")
    return Topic.objects.create(slug=slug or f"topic-{n}", name=words, position=n)


def make_case(
    title: Text | str | None = None,
    *,
    topics: list[Topic] | tuple[Topic, ...] = (),
    countries: tuple[str, ...] = (),
    organisations: tuple[Any, ...] = (),
    **columns: Any,
) -> Case:
    """A case known from elsewhere, with what is derived from it; no entry in the record."""
    n = next(_number)
    words = title if isinstance(title, Text) else Text.of(title or f"Case {n}")
    defaults = {
        "slug": f"case-{n}",
        "title": words,
        "year": 2022,
        "published_at": datetime(2026, 1, 1, tzinfo=UTC),
        "source": Text.of("A public report"),
    }
    case = Case.objects.create(**{**defaults, **columns})
    case.topics.set(topics)
    case.organisations.set(organisations)
    derived.derive(case, countries)
    return case


def make_rules(**changes: Any) -> rules.RuleSet:
    """Rules of a call of practice cases with two tiers; `private` names roles whose answers stay private."""
    private = changes.pop("private", ())
    fields = tuple(
        rules.Field(
            key=key,
            kind=kind,
            label=Text.of(key.title()),
            translatable=translatable,
            visibility="private" if key in private else visibility,
            role=ROLES.get(key, key if visibility == "public" else ""),
        )
        for key, kind, visibility, translatable in FORM
    )
    choice = rules.Field(
        key="theme",
        kind="choices",
        label=Text.of("Theme"),
        role="field",
        choices=(rules.Choice("data_flow", Text.of("Data flow")), rules.Choice("health", Text.of("Health"))),
    )
    return rules.RuleSet(
        **{
            "title": Text.of("Practice cases"),
            "opens_at": datetime(2026, 1, 1, tzinfo=UTC),
            "closes_at": datetime(2026, 3, 1, tzinfo=UTC),
            "languages": ("en", "zh-hans"),
            "outcome": "atlas.case",
            "fields": (*fields, choice),
            "categories": (rules.Category("culture", Text.of("Culture")),),
            "decision": rules.DecisionRule(
                tiers=(rules.Tier("outstanding", OUTSTANDING), rules.Tier("collection", COLLECTION))
            ),
            **changes,
        }
    )


ANSWERS: dict[str, Any] = {
    "title": Text.of("Boats share data", zh_hans="渔船共享数据").to_json(),
    "summary": Text.of("Rules their own assembly can change").to_json(),
    "body": Text.of("Long text").to_json(),
    "countries": ["GH", "SN"],
    "website": "https://example.org/boats",
    "year": 2019,
    "budget": "SECRET 12,000",
    "theme": ["data_flow"],
}


def make_decision(
    *,
    answers: dict[str, Any] | None = None,
    accepted: bool = True,
    tier: str = "outstanding",
    **rule_changes: Any,
) -> Decision:
    """A decision on a submission, as the chair left it; without acts."""
    n = next(_number)
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    call = Call(
        slug=f"call-{n}",
        state=Call.State.PUBLISHED,
        opened_at=moment,
        closed_at=moment,
        decided_at=moment,
        published_at=moment,
    )
    call.set_rules(make_rules(**rule_changes))
    call.save()
    submission = Submission.objects.create(
        call=call,
        number=1,
        ref=f"call-{n}-1",
        applicant=make_person("Applicant Whose Name Is Private"),
        organisation=make_organisation("Fisheries Trust"),
        category="culture",
        answers=ANSWERS | (answers or {}),
        state=Submission.State.ACCEPTED if accepted else Submission.State.REJECTED,
        sent_at=moment,
        rules_version=1,
    )
    return Decision.objects.create(
        submission=submission,
        result=Decision.Result.ACCEPTED if accepted else Decision.Result.REJECTED,
        tier=tier if accepted else "",
        computed_rank=1,
    )
