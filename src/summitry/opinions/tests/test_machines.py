"""Maps counted on a Dask cluster, by one setting."""

import sys

import pytest
from distributed import LocalCluster

from summitry.opinions import acts, drawing
from summitry.opinions.machines import ClusterError
from summitry.opinions.tests.factories import make_conversation, make_votes

pytestmark = pytest.mark.django_db
TWO = {"n_workers": 2, "threads_per_worker": 1, "processes": False, "protocol": "tcp"}
QUIET = {"dashboard_address": None, "silence_logs": 50}


def test_two_workers_draw_the_map_that_this_machine_draws(settings):
    conversation = make_conversation(statements=9)
    make_votes(conversation, 24)
    here = drawing.draw(conversation)
    with LocalCluster(**TWO, **QUIET) as cluster:
        settings.SUMMITRY_DASK = cluster.scheduler_address
        there = drawing.draw(conversation)
        done = [len(worker.state.story("memory")) for worker in cluster.workers.values()]
    assert all(done)  # both have counted
    assert sum(done) >= 6  # products, places and counts, of half of the people each
    assert here.groups == 2
    for name in ("digest", "shown", "table", "seats", "priorities"):
        assert getattr(there, name) == getattr(here, name), name


def test_a_cluster_that_cannot_be_used_is_an_error_that_says_so(settings, monkeypatch):
    conversation = make_conversation(statements=1)
    settings.SUMMITRY_DASK = "tcp://127.0.0.1:1"
    monkeypatch.setattr("summitry.opinions.machines.WAIT", 0.1)
    with pytest.raises(ClusterError, match=r"127\.0\.0\.1:1"):
        acts.draw_map(conversation)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"summitry\[cluster\]"):
        acts.draw_map(conversation)
    assert conversation.runs.count() == 0
