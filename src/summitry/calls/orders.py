"""The computed order of a call as pages ask for it: computed once for as long as nothing that it hangs on has
changed."""

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

from django.core.cache import cache

from . import verdicts
from .checks import ordering_stages
from .models import Call, Submission

KEPT = 3600  # seconds; the key tells everything that the order is computed from


def order_of(
    call: Call, among: Collection[str] | None = None
) -> tuple[dict[str, Any], Mapping[str, verdicts.Standing]]:
    """What `verdicts.departures` asks of the inputs, and the standings; of the entries with these refs, as if
    there were no others, or of all. Four queries when they are known and the stages tell what changed
    (`StageKind.state`); else as many as `verdicts.inputs`."""
    rules = call.frozen()
    running = Submission.objects.filter(call=call).in_the_running().order_by("number")
    entries = [one for one in running.values_list("ref", "category") if among is None or one[0] in among]
    keys = [stage.key for stage, _percent in ordering_stages(rules.parsed)]
    runs = [run for run in call.stages.all() if run.key in keys]
    states = []
    for run in runs:
        run.call = call
        states.append((run.pk, run.component.state(run)))
    if any(state is None for _pk, state in states):
        return _computed(call, rules, among)
    facts = (call.pk, rules.digest, call.seed, entries, states)
    known = "calls.order:" + hashlib.sha256(repr(facts).encode()).hexdigest()
    found: tuple[dict[str, Any], Mapping[str, verdicts.Standing]] | None = cache.get(known)
    if found is None:
        found = _computed(call, rules, among)
        cache.set(known, found, KEPT)
    return found


def _computed(
    call: Call, rules: Any, among: Collection[str] | None
) -> tuple[dict[str, Any], Mapping[str, verdicts.Standing]]:
    given = verdicts.inputs(call, rules, "", among=among)
    standings = verdicts.order(given)
    return {**given, "stages": [one["key"] for one in given["stages"]]}, standings
