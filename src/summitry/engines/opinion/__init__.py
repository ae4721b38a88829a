"""Opinion maps: who votes alike, what unites the groups, what divides them, which statement is shown next.

The pipeline is the one that the Polis worker publishes (Small, Bjorkegren, Erkkilä, Shaw and Megill, Polis:
Scaling deliberation by mapping high dimensional opinion spaces, Recerca 26(2), 2021), on sparse arrays and
made deterministic: the same votes give the same map, in whatever order they came and however many machines
counted. A vote is +1 agree, -1 disagree, 0 pass.

    votes        people x statements, sparse; a later vote replaces an earlier one
    counting     agree, disagree and seen, by group
    components   the two directions in which opinions differ most
    kmeans       weighted k-means with a fixed start, and silhouettes
    mapping      the whole way from votes to groups
    statistics   what is typical of a group, what the majority holds, what unites all groups
    routing      which statement to show next
    naming       groups keep their name from one map to the next
    cluster      the same on several machines
    certainty    intervals, and whether the groups would survive fewer people
"""

from .counting import Counts, count
from .mapping import Map, draw_map
from .naming import rename
from .routing import METADATA, draw, priorities
from .statistics import Representative, Stance, consensus, majority, representative
from .votes import BLOCK, Votes

__all__ = [
    "BLOCK",
    "METADATA",
    "Counts",
    "Map",
    "Representative",
    "Stance",
    "Votes",
    "consensus",
    "count",
    "draw",
    "draw_map",
    "majority",
    "priorities",
    "rename",
    "representative",
]
