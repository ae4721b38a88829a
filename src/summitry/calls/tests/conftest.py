"""Fixtures of the tests of calls."""

import pytest
from django.core.exceptions import ValidationError

from summitry.calls import outcomes


@pytest.fixture
def made():
    """An outcome that keeps what it was asked to make, and refuses the title "No"."""
    found = []

    def make(actor, decision):
        if str(decision.submission.title) == "No":
            raise ValidationError("It has no place.")
        found.append((actor, decision.submission.ref))
        return f"tests.thing:{decision.submission.ref}"

    outcomes.register("tests.thing", "A thing", make)
    yield found
    outcomes._outcomes.pop("tests.thing")
