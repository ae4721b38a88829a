"""The Scottish count against all 128 wards of 2017 in the data, counts by hand, and what must always hold."""

import csv
import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitry.engines.tally import BallotError, Doubled, Empty, NotStanding, count, gathered, quota
from summitry.engines.tally.scottish import ONE, votes

# In these wards some stage figures were published to two decimals only: the largest difference, measured, in
# units of 1e-5 votes. In all others every figure is the same.
ROUNDED = {
    "aberdeen_2017_ward12": 459,
    "angus_2017_ward1": 256,
    "clackmannanshire_2017_ward2": 154,
    "clackmannanshire_2017_ward4": 69,
    "clackmannanshire_2017_ward5": 140,
    "dundee_2017_ward1": 499,
    "dundee_2017_ward3": 464,
    "dundee_2017_ward4": 496,
    "dundee_2017_ward5": 453,
    "dundee_2017_ward7": 458,
    "dundee_2017_ward8": 468,
    "east_ayrshire_2017_ward1": 478,
}


@dataclass
class Ward:
    name: str
    seats: int
    candidates: list[str]
    ballots: dict
    quota: int
    stages: int
    elected: dict  # candidate -> stage
    excluded: dict  # candidate -> the stage at whose end she was chosen for it
    figures: list  # a stage: candidate -> units


def wards(folder):
    """Candidates are called c1, c2, ... by their place among the ballots. The officials list some in another
    order: each is found by her first preferences, and by her name where two have equally many."""
    with (folder / "index.csv").open() as index:
        for row in csv.DictReader(index):
            with (folder / "ballots" / row["ballots"]).open(encoding="utf-8", errors="replace") as found:
                lines = [[cell for cell in line if cell] for line in csv.reader(found)]
            size, seats = map(int, lines[0])
            names = [line[1] for line in lines[1:] if line[0].startswith("Candidate")]
            papers = [line for line in lines[1:] if not line[0].startswith("Candidate")][:-1]
            ballots = Counter()
            for line in papers:
                ballots[tuple(f"c{one}" for one in line[1:])] += int(line[0])
            data = json.loads((folder / "official" / row["official"]).read_text())["Constituency"]
            rows = sorted(data["countGroup"], key=lambda one: (int(one["Count_Number"]), int(one["id"])))
            table = [list(some) for _, some in groupby(rows, lambda one: int(one["Count_Number"]))]
            who = identified(names, ballots, table[0])
            table = [{who[one["Candidate_Id"]]: one for one in some} for some in table]
            assert all(len(some) == size for some in table)
            last = table[-1]
            yield Ward(
                row["ballots"].removesuffix(".csv"),
                seats,
                list(last),
                ballots,
                int(data["countInfo"]["Quota"]),
                len(table),
                {
                    key: int(one["Occurred_On_Count"])
                    for key, one in last.items()
                    if one["Status"] == "Elected"
                },
                {
                    key: int(one["Occurred_On_Count"])
                    for key, one in last.items()
                    if one["Status"] == "Excluded"
                },
                [
                    {key: round(Decimal(one["Total_Votes"]) * ONE) for key, one in some.items()}
                    for some in table
                ],
            )


def identified(names, ballots, rows):
    """The official number of a candidate -> what the ballots call her."""
    firsts = Counter()
    for ballot, times in ballots.items():
        firsts[ballot[0]] += times
    found, left = {}, {f"c{at}": name for at, name in enumerate(names, 1)}
    for row in rows:
        told = f"{row['Firstname']} {row['Surname']}"
        same = [key for key in left if firsts[key] == round(Decimal(row["Total_Votes"]))]
        key = max(same, key=lambda one: SequenceMatcher(None, left[one].lower(), told.lower()).ratio())
        found[row["Candidate_Id"]] = key
        del left[key]
    return found


def test_every_ward_of_scotland_2017(shared_data):
    seen, apart = 0, {}
    for ward in wards(shared_data / "elections" / "scotland_2017"):
        found = count(ward.ballots, ward.candidates, ward.seats, "no lot is needed")
        seen += 1
        assert found.quota == ward.quota, ward.name
        assert set(found.winners) == set(ward.elected), ward.name
        assert len(found.stages) == ward.stages, ward.name
        assert not found.drawn, ward.name
        assert {one: stage.number for stage in found.stages for one in stage.elected} == ward.elected
        passed_on = {stage.of: stage.number - 1 for stage in found.stages if stage.deed == "exclusion"}
        assert passed_on == {one: at for one, at in ward.excluded.items() if at < ward.stages}, ward.name
        differ = [
            (stage.votes[one], official[one])
            for stage, official in zip(found.stages, ward.figures, strict=True)
            for one in ward.candidates
            if stage.votes[one] != official[one]
        ]
        assert all(told == round(ours, -3) for ours, told in differ), ward.name  # to two decimals
        if differ:
            apart[ward.name] = max(abs(ours - told) for ours, told in differ)
    assert seen == 128
    assert apart == ROUNDED


def test_quota_by_hand():
    assert [quota(100, 1), quota(99, 1), quota(99, 3), quota(0, 4)] == [51, 50, 25, 1]


def test_a_count_by_hand():
    """Two seats, 10 ballots, quota 4: a has 6 and passes on a third of each paper, cut to 0.33333."""
    ballots = gathered(
        [["a", "b"]] * 3 + [["a", "c"]] * 2 + [["a"]] + [["b"]] * 2 + [["c"], ["d", "c"]], "abcd"
    )
    found = count(ballots, list("abcd"), 2, "seed")
    assert (found.quota, found.valid) == (4, 10)
    first, surplus, without_d, *rest = found.stages
    assert (first.deed, first.of, first.elected) == ("first", "", ("a",))
    assert {one: votes(units) for one, units in surplus.votes.items()} == {
        "a": "4.00000",
        "b": "2.99999",
        "c": "1.66666",
        "d": "1.00000",
    }
    assert votes(surplus.exhausted) == "0.33335"  # one paper that names nobody else, and what was cut
    assert (without_d.deed, without_d.of, votes(without_d.votes["c"])) == ("exclusion", "d", "2.66666")
    assert [(one.of, one.elected) for one in rest] == [("c", ("b",))]
    assert found.winners == ("a", "b")
    assert found.order == ("a", "b", "c", "d")
    assert found.drawn == ()


def test_equal_numbers_are_told_apart_by_the_most_recent_stage_that_can():
    """b and c have five each once d is excluded; before, b had three and c four: b goes."""
    ballots = {("a",): 6, ("b",): 3, ("d", "b"): 2, ("c",): 4, ("e", "c"): 1}
    found = count(ballots, list("abcde"), 1, "seed")
    assert [stage.of for stage in found.stages] == ["", "e", "d", "b", "c"]
    assert found.drawn == ()
    assert found.order == ("a", "c", "b", "d", "e")


def test_what_nothing_else_tells_apart_a_lot_does_and_says_so():
    # printf 's:x' | sha256sum begins with b9cc, that of s:y with 9807, that of s:z with 7931
    found = count({("x",): 1, ("y",): 1, ("z",): 1}, list("xyz"), 1, "s")
    assert found.order == ("z", "y", "x")
    again = count({("z",): 1, ("y",): 1, ("x",): 1}, list("zyx"), 1, "s")
    assert found == again
    assert set(found.drawn) == {"x", "y", "z"}
    orders = {count({("x",): 1, ("y",): 1, ("z",): 1}, list("xyz"), 1, f"{n}").order for n in range(60)}
    assert len(orders) == 6


def test_more_seats_than_candidates():
    found = count({("a", "b"): 2, ("b",): 1}, ["a", "b"], 5, "s")
    assert (found.winners, len(found.stages)) == (("a", "b"), 1)


@pytest.mark.parametrize(
    ("ballot", "error", "candidate"), [([], Empty, ""), (["a", "a"], Doubled, "a"), (["z"], NotStanding, "z")]
)
def test_what_cannot_be_counted_is_refused_by_number_and_name(ballot, error, candidate):
    with pytest.raises(error, match="ballot 2") as caught:
        gathered([["a"], ballot], ["a", "b"])
    assert (type(caught.value), caught.value.number, caught.value.candidate) == (error, 2, candidate)
    with pytest.raises(BallotError):
        count({tuple(ballot): 1}, ["a", "b"], 1, "s")


@pytest.mark.parametrize(
    ("ballots", "candidates", "seats", "words"),
    [
        ({("a",): 1}, ["a"], 0, "seat"),
        ({("a",): 1}, [], 1, "candidates"),
        ({("a",): 1}, ["a", "a"], 1, "candidates"),
        ({("a",): 0}, ["a"], 1, "at least once"),
        ({}, ["a"], 1, "no ballot"),
    ],
)
def test_an_impossible_count_is_refused(ballots, candidates, seats, words):
    with pytest.raises(ValueError, match=words):
        count(ballots, candidates, seats, "s")


@st.composite
def polls(draw):
    candidates = [f"c{n}" for n in range(draw(st.integers(1, 6)))]
    one = st.lists(st.sampled_from(candidates), min_size=1, unique=True).map(tuple)
    ballots = draw(st.dictionaries(one, st.integers(1, 9), min_size=1, max_size=12))
    return ballots, candidates, draw(st.integers(1, 4))


@given(polls())
def test_what_always_holds(poll):
    ballots, candidates, seats = poll
    found = count(ballots, candidates, seats, "seed")
    assert len(found.winners) == min(seats, len(candidates))
    assert sorted(found.order) == sorted(candidates)
    assert found.order[: len(found.winners)] == found.winners
    before = dict.fromkeys(candidates, 0)
    lost = 0
    for stage in found.stages:
        assert min(stage.votes.values()) >= 0
        assert stage.exhausted >= lost  # what is lost stays lost
        assert sum(stage.votes.values()) + stage.exhausted == found.valid * ONE
        assert stage.votes == {one: before[one] + stage.transfers[one] for one in candidates}
        before, lost = stage.votes, stage.exhausted
    assert [one for stage in found.stages for one in stage.elected] == list(found.winners)


@given(polls(), st.randoms(use_true_random=False))
def test_the_order_of_papers_and_candidates_does_not_matter(poll, random):
    ballots, candidates, seats = poll
    papers, names = list(ballots.items()), list(candidates)
    random.shuffle(papers)
    random.shuffle(names)
    assert count(dict(papers), names, seats, "seed") == count(ballots, candidates, seats, "seed")


@given(polls())
def test_whoever_more_than_a_quota_puts_first_is_elected(poll):
    ballots, candidates, seats = poll
    found = count(ballots, candidates, seats, "seed")
    firsts = Counter()
    for ballot, times in ballots.items():
        firsts[ballot[0]] += times
    assert {one for one, times in firsts.items() if times >= found.quota} <= set(found.winners)
