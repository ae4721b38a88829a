"""The engine against what the live Polis worker published of two conversations: given its groups, everything
that it says of them; and the components, which do not depend on its history."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from summitry.engines.opinion import (
    Counts,
    Stance,
    Votes,
    consensus,
    count,
    draw_map,
    majority,
    priorities,
    representative,
)
from summitry.engines.opinion.components import components, products

CONVERSATIONS = ("25ptpt-3gp-no-strict-with-meta", "below-100-ptpts")


@dataclass
class Conversation:
    votes: Votes
    worker: dict[str, Any]

    @property
    def out(self) -> frozenset[int]:
        return frozenset(self.worker["mod-out"])


@pytest.fixture(scope="module", params=CONVERSATIONS)
def conversation(request, shared_data) -> Conversation:
    folder: Path = shared_data / "polis_math" / request.param
    worker = json.loads((folder / "math-pca2.json").read_text())
    rows = json.loads((folder / "votes.json").read_text())
    person, statement = ("participant_id", "statement_id") if "participant_id" in rows[0] else ("pid", "tid")
    votes = Votes.of(
        [row[person] for row in rows],
        [row[statement] for row in rows],
        [row["vote"] for row in rows],
        statements=worker["n-cmts"],
    )
    return Conversation(votes, worker)


def given_groups(worker) -> Counts:
    groups, size = len(worker["group-clusters"]), worker["n-cmts"]
    tables = {letter: np.zeros((groups, size), np.int64) for letter in "ADS"}
    members = np.zeros(groups, np.int64)
    for group, told in worker["group-votes"].items():
        members[int(group)] = told["n-members"]
        for statement, said in told["votes"].items():
            for letter, number in said.items():
                tables[letter][int(group), int(statement)] = number
    return Counts(tables["A"], tables["D"], tables["S"], members)


def test_what_is_typical_of_each_group(conversation):
    counts = given_groups(conversation.worker)
    for group, told in conversation.worker["repness"].items():
        found = representative(counts, int(group), conversation.out)
        assert [(one.statement, one.stance.name.lower(), one.count, one.seen) for one in found] == [
            (one["tid"], one["repful-for"], one["n-success"], one["n-trials"]) for one in told
        ]
        for one, other in zip(found, told, strict=True):
            assert one.best_agreement == other.get("best-agree", False)
            numbers = [other[name] for name in ("p-success", "p-test", "repness")]
            assert [one.chance, one.z, one.ratio] == pytest.approx(numbers, rel=1e-12)
            assert one.ratio_z == pytest.approx(
                other["repness-test"], rel=1e-6
            )  # so many digits are published


@pytest.mark.parametrize("stance", Stance)
def test_what_the_majority_holds(conversation, stance):
    everybody = count(conversation.votes, np.zeros(conversation.votes.people, np.intp), 1)
    told = conversation.worker["consensus"][stance.name.lower()]
    found = majority(everybody, stance, conversation.out)
    assert [(one.statement, one.count, one.seen) for one in found] == [
        (one["tid"], one["n-success"], one["n-trials"]) for one in told
    ]
    for one, other in zip(found, told, strict=True):
        assert [one.chance, one.z] == pytest.approx([other["p-success"], other["p-test"]], rel=1e-12)


def test_what_unites_all_groups(conversation):
    found = consensus(given_groups(conversation.worker))
    for statement, told in conversation.worker["group-aware-consensus"].items():
        assert found[int(statement)] == pytest.approx(told, rel=1e-12)


def test_which_statement_is_next(conversation):
    worker = conversation.worker
    size = worker["n-cmts"]
    votes = worker["votes-base"]
    agree, disagree, seen = (
        np.array([float(sum(votes[str(at)][letter])) for at in range(size)]) for letter in "ADS"
    )
    metadata = np.isin(np.arange(size), worker["meta-tids"])
    found = priorities(agree, disagree, seen, np.array(worker["pca"]["comment-extremity"]), metadata)
    told = [worker["comment-priorities"][str(at)] for at in range(size)]
    assert found == pytest.approx(told, abs=1e-12, rel=1e-12)


def test_the_components_up_to_sign(conversation):
    """Its own votes have the other sign, so its means have too."""
    worker = conversation.worker
    found = components(products(conversation.votes.silenced(worker["mod-out"])))
    assert found.mean == pytest.approx(-np.array(worker["pca"]["center"]), abs=1e-12)
    told = np.array(worker["pca"]["comps"])
    cosines = np.abs((found.directions * told).sum(axis=1)) / np.linalg.norm(told, axis=1)
    assert cosines == pytest.approx(1, abs=1e-9)
    assert found.extremity == pytest.approx(np.array(worker["pca"]["comment-extremity"]), abs=1e-9)


def test_group_votes_are_counted_as_the_worker_counts_them(conversation):
    """Its base clusters are single people here: its groups name their members."""
    worker = conversation.worker
    members = dict(zip(worker["base-clusters"]["id"], worker["base-clusters"]["members"], strict=True))
    group = np.full(conversation.votes.people, -1)
    for one in worker["group-clusters"]:
        for base in one["members"]:
            group[members[base]] = one["id"]
    found, told = count(conversation.votes, group, len(worker["group-clusters"])), given_groups(worker)
    assert (found.agree == told.agree).all()
    assert (found.disagree == told.disagree).all()
    assert (found.seen == told.seen).all()
    assert (found.members == told.members).all()


def test_a_cold_start_finds_groups_that_its_own_history_knows(conversation):
    """The worker's groups come from a run of many small steps; ours from the votes at the end."""
    found = draw_map(conversation.votes.silenced(conversation.worker["mod-out"]))
    assert found.groups >= 2
    assert found.fit == max(found.fits.values())
