"""What looks odd: pure arithmetic."""

import numpy as np

from summitry.opinions.anomalies import Mark, alike, bursts


def test_a_minute_with_far_more_people_than_usual():
    calm = np.repeat(np.arange(30) * 60, 2)
    assert bursts(calm) == []
    assert bursts(np.concatenate([calm, np.full(40, 61)])) == [Mark("burst", 42, at=60)]
    assert bursts(np.zeros(0, np.int64)) == []
    assert bursts(np.full(25, 600)) == [Mark("burst", 25, at=600)]
    assert bursts(np.full(19, 600)) == []


def test_people_with_the_very_same_votes():
    def rows(*people):
        start = np.cumsum([0, *(len(one) for one in people)])
        flat = [pair for one in people for pair in one]
        return start, np.array([s for s, _v in flat], np.int32), np.array([v for _s, v in flat], np.int8)

    same = [(n, 1 if n % 2 else -1) for n in range(8)]
    other = [(n, 1) for n in range(8)]
    assert alike(*rows(*[same] * 5, other, other[:3])) == [Mark("alike", 5, votes=8)]
    assert alike(*rows(*[same] * 4)) == []
    assert alike(*rows(*[same[:7]] * 9)) == []  # too few votes to tell
