"""`summitry recompute`: a sealed verdict computed again, from the database or from its text alone."""

import hashlib
import json

import pytest

from summitry.calls import acts
from summitry.calls.models import Call
from summitry.calls.tests.factories import GOLD, NO, SILVER, decide, judged, open_world
from summitry.cli import main

pytestmark = pytest.mark.django_db


def sealed_world():
    world = open_world()
    judged(world, [[(5, 5)], [(4, 4)], [(1, 1)]])
    call = decide(world, GOLD, SILVER, NO)
    return world, acts.seal_verdict(world.chair, call, call.sheet)


def command(*words):
    with pytest.raises(SystemExit) as left:
        main(["recompute", *words])
    return left.value.code


def test_recompute_at_the_command_line(tmp_path, capsys):
    world, verdict = sealed_world()
    assert command(world.call.slug) == 0
    assert "the same to the byte" in capsys.readouterr().out
    file = tmp_path / "verdict.json"
    file.write_text(verdict.body)
    assert command(str(file), "--digest", hashlib.sha256(verdict.body.encode()).hexdigest()) == 0
    assert command(str(file), "--digest", "0" * 64) == 1
    assert "not the one that was entered" in capsys.readouterr().err
    body = json.loads(verdict.body)
    body["decisions"][0]["rank"] = 3
    file.write_text(json.dumps(body, separators=(",", ":"), sort_keys=True, ensure_ascii=False))
    assert command(str(file)) == 1
    assert "it differs" in capsys.readouterr().err
    file.write_text("{}")
    assert command(str(file)) == 1
    assert "no sealed verdict" in capsys.readouterr().err
    assert command("moon") == 1
    assert "neither a file nor a call" in capsys.readouterr().err
    assert Call.objects.filter(slug="moon").count() == 0
