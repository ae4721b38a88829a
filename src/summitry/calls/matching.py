"""Who should judge what: the question as the engine `assignment` takes it, from what a call and its jurors
say, and the answer as pairs of a juror and an entry.

Affinity is made of topics in common (the category, and choices that jurors see) and, where a juror has
written what she knows, of the likeness of texts: 1 - (1 - topics)(1 - texts), so that a statement never takes
her anything. Conflicts are hard; so is the language where the stage asks for it, and what was taken off a
list by hand."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from django.conf import settings
from django.db.models import Exists, OuterRef

from summitry.engines import assignment as engine
from summitry.people import countries
from summitry.people.models import Person, Role, scope_of
from summitry.people.queries import holders
from summitry.text.value import Text

from . import conflicts, fields
from .models import Assessment, Assignment, Call, JurorProfile, StageRun, Submission
from .rules import Field, RuleSet

LANGUAGE, HAND = "language", "hand"  # the names of masks
Group = tuple[str, str]  # category and language of an entry


def topics(rules: RuleSet) -> Iterator[Field]:
    """The fields whose choices are topics: those that jurors see."""
    for field in rules.fields:
        open_ = field.visibility != "hidden_from_jurors" and not field.identifies
        if open_ and fields.kind(field.kind).needs_choices:
            yield field


def topic_choices(rules: RuleSet) -> list[tuple[str, Text]]:
    """Every topic of a call with its words."""
    found = [(one.key, one.name) for one in rules.categories]
    return found + [(f"{field.key}.{one.key}", one.label) for field in topics(rules) for one in field.choices]


def topics_of(entry: Submission, asked: Sequence[Field]) -> set[str]:
    """The category of an entry, and its choices as "FIELD.CHOICE"."""
    found = {entry.category} - {""}
    for field in asked:
        stored = entry.answers.get(field.key)
        kept = stored if isinstance(stored, list) else [stored]
        found |= {f"{field.key}.{one}" for one in kept if isinstance(one, str)}
    return found


def texts_of(entry: Submission, rules: RuleSet) -> str:
    """What jurors see of an entry in words, for the likeness with what they know."""
    context = entry.context(files=False)
    words: list[str] = []
    for field in rules.fields:
        kind = fields.kind(field.kind)
        plain = field.visibility != "hidden_from_jurors" and not field.identifies and not kind.holds_files
        if plain and (stored := entry.answers.get(field.key)) is not None:
            shown = kind.show(field, stored, context)
            if shown.shape in {"words", "prose", "items"}:
                words += [" ".join(getattr(one, "values", {"": str(one)}).values()) for one in shown.parts]
    return " ".join(words)


@dataclass(frozen=True, slots=True)
class Standing:
    """An assignment that is open now. kept: made by hand, or begun."""

    pk: int
    entry: int
    juror: int
    kept: bool
    sent: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the engine, with the rows behind its indices.

    fixed: what stays whatever comes. loose: what the engine dealt before, and nobody has begun. gone: what
    cannot stay, by the word for why. even: nobody has said how many a juror may have."""

    entries: list[Submission]
    jurors: list[Person]
    problem: engine.Problem
    loose: dict[engine.Pair, int]
    gone: dict[int, str]
    even: bool

    @property
    def digest(self) -> str:
        """Of everything that the answer rests on."""
        asked = self.problem
        found = hashlib.sha256()
        for array in (asked.affinity, asked.barred, asked.wanted, asked.caps, *asked.masks.values()):
            found.update(repr(array.shape).encode() + array.tobytes())
        rows = ([one.pk for one in self.entries], [one.pk for one in self.jurors])
        said = (asked.fixed, asked.regions, asked.most_same_region, self.loose, self.gone)
        found.update(repr((rows, said)).encode())
        return found.hexdigest()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: pairs to make, assignments to end, and what it all comes to.

    short: entry -> how many jurors it lacks. worst, mean: the affinity of the worst-served entry of which
    something was open, and of all pairs; None where nothing is known of any. shortages: why it is short, or
    would be."""

    make: list[engine.Pair]
    end: dict[int, str]
    short: dict[int, int]
    worst: float | None
    mean: float | None
    proven: bool
    shortages: list[engine.Shortage]


def ask(call: Call, run: StageRun, per_entry: int | None = None, most: int | None = None) -> Question:
    """The question for a stage that takes assignments. A fixed number of queries, at most fifteen."""
    rules, rule = call.rules, run.rule
    entries = list(call.submissions.in_the_running().order_by("number"))
    jurors = [mandate.person for mandate in holders(scope_of(call), Role.JUROR)]
    profiles = {one.person_id: one for one in JurorProfile.objects.filter(call=call, person__in=jurors)}
    found = conflicts.search(call, jurors, entries)
    row = {entry.pk: at for at, entry in enumerate(entries)}
    column = {juror.pk: at for at, juror in enumerate(jurors)}
    barred = np.zeros((len(entries), len(jurors)), bool)
    for juror, entry in found.reasons:
        barred[row[entry], column[juror]] = True
    wanted = np.full(len(entries), per_entry or rule.option("per_entry", 3))
    fixed: list[engine.Pair] = []
    loose: dict[engine.Pair, int] = {}
    gone: dict[int, str] = {}
    for one in _standing(run):
        if one.entry not in row:
            continue
        at = row[one.entry]
        if one.juror not in column:  # she has left the jury; what she sent still counts
            wanted[at] -= one.sent
            gone |= {} if one.sent else {one.pk: "left"}
        elif barred[at, column[one.juror]]:
            gone |= {} if one.sent else {one.pk: "conflict"}
        elif one.kept:
            fixed.append((at, column[one.juror]))
        else:
            loose[at, column[one.juror]] = one.pk
    said = [_profile(profiles, juror) for juror in jurors]
    reads = [set(_languages(one, juror)) for one, juror in zip(said, jurors, strict=True)]
    masks = {LANGUAGE: _table(entries, reads)} if rule.option("languages") else {}
    if taken := [
        (row[entry], column[juror]) for entry, juror in _taken(run) if entry in row and juror in column
    ]:
        masks[HAND] = np.ones(barred.shape, bool)
        masks[HAND][tuple(zip(*taken, strict=True))] = False
    limit = most or rule.option("most")
    caps = [min(one.most or len(entries), limit or len(entries)) for one in said]
    problem = engine.Problem(
        affinity=_affinity(entries, said, rules),
        barred=barred,
        wanted=np.maximum(wanted, 0).astype(np.int64),
        caps=np.array(caps, np.int64).reshape(len(jurors)),
        masks=masks,
        fixed=sorted(fixed),
        regions=[
            one.region or countries.region_of(juror.country) or f"person {juror.pk}"
            for one, juror in zip(said, jurors, strict=True)
        ],
        most_same_region=rule.option("regions"),
        groups=[(entry.category, entry.language) for entry in entries],
    )
    return Question(entries, jurors, problem, loose, gone, limit is None)


def _profile(profiles: dict[int, JurorProfile], juror: Person) -> JurorProfile:
    return profiles.get(juror.pk) or JurorProfile(person=juror)


def _languages(profile: JurorProfile, juror: Person) -> list[str]:
    """What she reads: as she says for this call, else for all, else the language of her account."""
    account = (juror.user.language if juror.user else "") or settings.LANGUAGE_CODE
    return profile.languages or juror.languages or [account]


def _table(entries: Sequence[Submission], reads: Sequence[set[str]]) -> np.ndarray:
    table = [[entry.language in known for known in reads] for entry in entries]
    return np.array(table, bool).reshape(len(entries), len(reads))


def _standing(run: StageRun) -> Iterable[Standing]:
    """The open assignments of a stage. One query."""
    marks = Assessment.objects.filter(
        submission=OuterRef("submission"), juror=OuterRef("juror"), stage=run, voided_at=None
    )
    rows = Assignment.objects.filter(stage=run, ended_at=None).annotate(
        begun=Exists(marks), sent=Exists(marks.filter(sent_at__isnull=False))
    )
    columns = ("pk", "submission_id", "juror_id", "manual", "cleared_at", "begun", "sent")
    for pk, entry, juror, manual, cleared, begun, sent in rows.order_by("pk").values_list(*columns):
        yield Standing(pk, entry, juror, bool(manual or cleared or begun), sent)


def _taken(run: StageRun) -> set[tuple[int, int]]:
    """The pairs (entry, juror) of which somebody said last, by hand, that they shall not be. One query."""
    last: dict[tuple[int, int], tuple[bool, str]] = {}
    rows = Assignment.objects.filter(stage=run).order_by("assigned_at", "pk")
    for entry, juror, ended, reason in rows.values_list(
        "submission_id", "juror_id", "ended_at", "end_reason"
    ):
        last[entry, juror] = (ended is not None, reason)
    return {pair for pair, (ended, reason) in last.items() if ended and reason not in Assignment.BY_ITSELF}


def _affinity(entries: Sequence[Submission], said: Sequence[JurorProfile], rules: RuleSet) -> np.ndarray:
    asked = list(topics(rules))
    about = [topics_of(entry, asked) for entry in entries]
    names = {name: at for at, name in enumerate(sorted(set().union(*about, *(one.topics for one in said))))}

    def table(sets: Iterable[Iterable[str]], height: int) -> np.ndarray:
        found = np.zeros((height, len(names)))
        for at, some in enumerate(sets):
            found[at, [names[name] for name in some]] = 1
        return found

    theirs = table(about, len(entries))
    shared = theirs @ table([one.topics for one in said], len(said)).T
    common = shared / np.maximum(theirs.sum(1, keepdims=True), 1)
    writers = [at for at, one in enumerate(said) if one.statement.strip()]
    if writers and entries:
        words = [texts_of(entry, rules) for entry in entries]
        alike = engine.similarity(words, [said[at].statement for at in writers])
        common[:, writers] = 1 - (1 - common[:, writers]) * (1 - alike)
    return np.clip(common, 0, 1)


# -- the answer -----------------------------------------------------------------------------------


def plan(question: Question, partly: bool = False) -> Plan:
    """The best assignment. What was dealt before stays unless something better is reached without it.

    If not every entry can have its jurors: as far as possible if `partly`, else nothing is made, and the
    reasons are given."""
    shortages = engine.explain(question.problem)
    if shortages and not partly:
        return Plan([], {}, _short(question, shortages), None, None, True, shortages)
    asked = question.problem
    if shortages:
        asked = replace(asked, wanted=np.minimum(asked.wanted, engine.attainable(asked)))
    anew = _solve(asked, question.even)
    stays = _keeping(asked, question)
    best = anew if stays is None or _worth(asked, anew) > _worth(asked, stays) else stays
    chosen = set(best.pairs) - set(asked.fixed)
    ends = {pk: "better" for pair, pk in question.loose.items() if pair not in chosen}
    served = Counter(entry for entry, _juror in best.pairs)
    lacks = {
        entry.pk: lack
        for at, entry in enumerate(question.entries)
        if (lack := int(question.problem.wanted[at]) - served[at]) > 0
    }
    worst, total = _worth(asked, best)
    known = bool(best.pairs and asked.affinity.any())  # else nothing tells who fits
    return Plan(
        sorted(chosen - set(question.loose)),
        {**question.gone, **ends},
        lacks,
        float(worst) if known and worst is not None else None,
        float(total / len(best.pairs)) if known else None,
        anew.proven,
        shortages,
    )


def _short(question: Question, shortages: Iterable[engine.Shortage]) -> dict[int, int]:
    """Which entries would lack how many, if it were done as far as possible."""
    lack = question.problem.wanted - engine.attainable(question.problem)
    return {question.entries[at].pk: int(lack[at]) for at in np.flatnonzero(lack > 0)}


def _solve(asked: engine.Problem, even: bool) -> engine.Solution:
    """The optimum. Where no limit is set, or nothing speaks for one juror more than for another, lists are as
    even as the rest allows."""
    if not even and asked.affinity.any():
        return engine.solve(asked)
    share = -(-int(asked.wanted.sum()) // max(len(asked.caps), 1))
    highest = int(asked.caps.max(initial=0))
    while share < highest:
        try:
            return engine.solve(replace(asked, caps=np.minimum(asked.caps, share)))
        except engine.InfeasibleError:
            share += 1
    return engine.solve(asked)


def _keeping(asked: engine.Problem, question: Question) -> engine.Solution | None:
    """The best assignment beside everything that was dealt before; None if that breaks what is asked now."""
    dealt = [pair for pair in question.loose if all(mask[pair] for mask in asked.masks.values())]
    if len(dealt) < len(question.loose):
        return None
    held = replace(asked, fixed=sorted({*asked.fixed, *dealt}))
    by_entry = Counter(entry for entry, _juror in held.fixed)
    by_juror = Counter(juror for _entry, juror in held.fixed)
    by_hand = Counter(juror for _entry, juror in asked.fixed)
    over = any(load > max(int(asked.caps[juror]), by_hand[juror]) for juror, load in by_juror.items())
    if over or any(by_entry[entry] > asked.wanted[entry] for entry, _juror in dealt):
        return None
    if asked.most_same_region is not None and asked.regions is not None:
        near = Counter((entry, asked.regions[juror]) for entry, juror in held.fixed)
        if any(near[entry, asked.regions[juror]] > asked.most_same_region for entry, juror in dealt):
            return None
    try:
        return _solve(held, question.even)
    except engine.InfeasibleError:
        return None


def _worth(asked: engine.Problem, found: engine.Solution) -> tuple[Fraction | None, Fraction]:
    """The worst mean among entries that the fixed pairs alone do not serve, and the sum."""
    units = np.rint(asked.affinity * 1_000_000).astype(int)
    fixed = Counter(entry for entry, _juror in asked.fixed)
    served: dict[int, list[int]] = {}
    for entry, juror in found.pairs:
        served.setdefault(entry, []).append(int(units[entry, juror]))
    means = [
        Fraction(sum(brought), len(brought) * 1_000_000)
        for entry, brought in served.items()
        if asked.wanted[entry] > fixed[entry]
    ]
    total = Fraction(sum(sum(brought) for brought in served.values()), 1_000_000)
    return min(means, default=Fraction(0)) if means else None, total
