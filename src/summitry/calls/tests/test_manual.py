"""docs/calls.md names everything that is registered, and nothing that is not."""

import re
from dataclasses import fields as attributes
from pathlib import Path

import pytest

from summitry.calls import eligibility, fields, rulesets, stages
from summitry.calls.rules import DecisionRule, RuleSet

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "calls.md").read_text()


def rows(heading: str) -> dict[str, str]:
    """The table below a heading: each key in its first column -> the rest of the row."""
    part = re.split(rf"^##+ {heading}$", PAGE, maxsplit=1, flags=re.MULTILINE)[1]
    table = re.search(r"^\|.*?(?=^[^|])", part, re.MULTILINE | re.DOTALL)
    assert table
    cells = [line.strip("|").split("|", 1) for line in table[0].splitlines()[2:]]
    return {key: rest for first, rest in cells for key in re.findall(r"`(\w+)`", first)}


@pytest.mark.parametrize(
    ("heading", "kinds"), [("Fields", fields), ("Conditions", eligibility), ("Stages", stages)]
)
def test_every_kind_stands_with_its_options(heading, kinds):
    found = rows(heading)
    assert set(found) == {one.key for one in kinds.every()}
    for one in kinds.every():
        known = set(one.options) | ({"keep"} if getattr(one, "ordering", False) else set())
        if getattr(one, "voiced", False):
            known.discard("keep")  # refused: the public never decides alone who goes on
        if heading == "Stages":
            said = set(re.findall(r"`(\w+)`", found[one.key].split("|")[-1]))
            assert said == known, one.key
        else:
            assert known <= set(re.findall(r"`(\w+)`", found[one.key])), one.key


def test_every_part_of_a_rule_set_is_told():
    assert set(rows("Rules")) == {one.name for one in attributes(RuleSet)}
    said = re.findall(r"`(\w+)`", rows("Rules")["decision"])
    assert set(said) - {"decision"} == {one.name for one in attributes(DecisionRule)}


def test_every_template_is_named():
    told = re.search(r"### Templates\n(.*?)each\nin six", PAGE, re.DOTALL)
    assert told
    assert re.findall(r"`(\w+)`", told[1]) == rulesets.names()
