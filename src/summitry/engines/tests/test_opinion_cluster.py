"""Two worker processes draw the map that one process draws."""

import numpy as np
from distributed import Client, LocalCluster

from summitry.engines.opinion import Votes, draw_map
from summitry.engines.opinion.cluster import on


def test_two_workers_draw_the_same_map():
    random = np.random.default_rng(7)
    camp, statements = random.integers(0, 3, 400), 30
    lean = random.integers(-1, 2, (3, statements))
    person, statement = np.nonzero(random.random((400, statements)) < 0.4)
    value = np.where(random.random(len(person)) < 0.2, 0, lean[camp[person], statement])
    votes = Votes.of(person, statement, value, people=400, statements=statements)
    here = draw_map(votes)
    quiet = {"dashboard_address": None, "silence_logs": 50}
    with LocalCluster(n_workers=2, threads_per_worker=1, **quiet) as cluster, Client(cluster) as client:
        there = draw_map(votes, on(client), block=64)
        assert len(client.run(lambda: None)) == 2
    assert here.groups >= 2
    assert (there.place == here.place).all()
    assert (there.group == here.group).all()
    assert there.fits == here.fits
    assert (there.counts.agree == here.counts.agree).all()
