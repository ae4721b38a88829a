"""The flow behind an assignment: entry -> (entry, region) -> juror -> sink, solved in whole numbers, and the
prices that prove an optimum over every possible pair, also those that the solver never saw.

A flow is cheapest exactly if there are node prices under which no residual arc has a negative reduced cost
(Ahuja, Magnanti, Orlin: Network Flows, 1993, theorem 9.3). The solver is OR-Tools' cost scaling; the prices
are computed anew from its flow, so that the proof does not rest on it."""

from dataclasses import dataclass, replace

import numpy as np
from ortools.graph.python import min_cost_flow

from .problem import Bools, Frame, Ints

FIRST = 48  # candidates per entry and per juror to begin with


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best assignment for weights, and its proof.

    chosen: n x m. reduced: n x m, the reduced cost of each open pair: not negative where the pair is not
    chosen, not positive where it is. entry, juror, sink: the prices of these nodes. among: the pairs that
    the solver was given."""

    chosen: Bools
    reduced: Ints
    entry: Ints
    juror: Ints
    sink: int
    among: Bools


@dataclass(frozen=True, slots=True)
class _Arcs:
    tail: Ints
    head: Ints
    capacity: Ints
    cost: Ints
    supply: Ints
    pairs: tuple[Ints, Ints]  # the arcs that come first, as entry and juror


def _arcs(frame: Frame, weight: Ints, among: Bools) -> _Arcs:
    """The network over some of the open pairs; weights are to be maximised. A region that cannot bind has no
    nodes."""
    n, m = frame.open.shape
    entries, jurors = np.nonzero(among)
    sink = n + m
    size = sink + 1
    tails, heads = [entries, n + np.arange(m)], [n + jurors, np.full(m, sink)]
    capacities = [np.ones(len(entries), np.int64), frame.room - frame.least]
    if frame.is_regional:
        regions = frame.region_room.shape[1]
        tails[0] = size + entries * regions + frame.region[jurors]
        tails.append(np.repeat(np.arange(n), regions))
        heads.append(size + np.arange(n * regions))
        capacities.append(frame.region_room.reshape(-1))
        size += n * regions
    tail, head, capacity = (np.concatenate(parts) for parts in (tails, heads, capacities))
    cost = np.zeros(len(tail), np.int64)
    cost[: len(entries)] = -weight[entries, jurors]
    supply = np.zeros(size, np.int64)
    supply[:n], supply[n:sink] = frame.need, -frame.least
    supply[sink] = frame.least.sum() - frame.need.sum()
    return _Arcs(tail, head, capacity, cost, supply, (entries, jurors))


def _flow(arcs: _Arcs) -> Ints | None:
    """A cheapest flow, per arc; None if the supplies cannot be met."""
    solver = min_cost_flow.SimpleMinCostFlow()
    names = solver.add_arcs_with_capacity_and_unit_cost(arcs.tail, arcs.head, arcs.capacity, arcs.cost)
    solver.set_nodes_supplies(np.arange(len(arcs.supply)), arcs.supply)
    status = solver.solve()
    if status == solver.INFEASIBLE:
        return None
    if status != solver.OPTIMAL:
        raise ArithmeticError(f"the flow was not solved: {status}")
    return np.asarray(solver.flows(names), np.int64)


def prices(arcs: _Arcs, flow: Ints) -> Ints:
    """Node prices that prove the flow cheapest: shortest distances in its residual graph (Bellman-Ford).

    Raises ArithmeticError if there is a cycle of negative cost, that is, if the flow is not cheapest."""
    ahead, back = flow < arcs.capacity, flow > 0
    tail = np.concatenate([arcs.tail[ahead], arcs.head[back]])
    head = np.concatenate([arcs.head[ahead], arcs.tail[back]])
    cost = np.concatenate([arcs.cost[ahead], -arcs.cost[back]])
    order = np.argsort(head, kind="stable")
    tail, head, cost = tail[order], head[order], cost[order]
    starts = np.flatnonzero(np.diff(head, prepend=-1))
    ends = head[starts]
    price = np.zeros(len(arcs.supply), np.int64)
    for _round in range(len(price) + 1):
        if not len(starts):
            return price
        nearer = np.minimum(price[ends], np.minimum.reduceat(price[tail] + cost, starts))
        if (nearer == price[ends]).all():
            return price
        price[ends] = nearer
    raise ArithmeticError("the flow is not cheapest")


def candidates(frame: Frame, weight: Ints, size: int) -> Bools:
    """The best `size` open pairs of each entry, and of each juror; of equal ones, others for each."""
    n, m = frame.open.shape
    if size >= max(n, m):
        return frame.open
    turn = (np.arange(m)[None, :] + 7 * np.arange(n)[:, None]) % m
    ranked = np.where(frame.open, weight * m + turn, np.int64(-1))
    found = np.zeros((n, m), bool)
    for axis, length in ((1, m), (0, n)):
        if size < length:
            best = np.argpartition(ranked, length - size, axis=axis)
            np.put_along_axis(found, np.take(best, np.arange(length - size, length), axis=axis), True, axis)
        else:
            found[:] = True
    return found & frame.open


def optimum(frame: Frame, weight: Ints, among: Bools | None = None) -> Optimum | None:
    """The assignment of the largest total weight (n x m, whole, not negative), proven over all open pairs;
    None if not every need can be met. `among` names the candidates to begin with."""
    n, m = frame.open.shape
    asked = frame.need.sum()
    if (frame.open.sum(1) < frame.need).any() or not frame.least.sum() <= asked <= frame.room.sum():
        return None
    size = FIRST
    among = candidates(frame, weight, FIRST) if among is None else among & frame.open
    while True:
        arcs = _arcs(frame, weight, among)
        flow = _flow(arcs)
        if flow is None:
            if (among == frame.open).all() or (size == FIRST and lacking(frame)[0].any()):
                return None
            size *= 4
            among = among | candidates(frame, weight, size)
            continue
        price = prices(arcs, flow)
        regional = frame.is_regional
        tail = price[n + m + 1 :].reshape(n, -1) if regional else price[:n, None]
        reduced = tail[:, frame.region if regional else np.zeros(m, np.int64)] - price[n : n + m] - weight
        better = frame.open & ~among & (reduced < 0)
        if not better.any():
            entries, jurors = arcs.pairs
            on = flow[: len(entries)] > 0
            chosen = np.zeros((n, m), bool)
            chosen[entries[on], jurors[on]] = True
            return Optimum(chosen, reduced, price[:n], price[n : n + m], int(price[n + m]), among)
        among = among | better


def with_more(frame: Frame, opens: Bools, room: int) -> Frame:
    """The frame with more jurors, of regions of their own, open as the columns of `opens` say; without
    `least`."""
    n, more = opens.shape
    units = np.concatenate([frame.units, np.zeros((n, more), np.int64)], axis=1)
    regions = frame.region_room.shape[1]
    return replace(
        frame,
        units=units,
        open=np.concatenate([frame.open, opens & (frame.need > 0)[:, None]], axis=1),
        room=np.append(frame.room, np.full(more, room)),
        least=np.zeros(units.shape[1], np.int64),
        region=np.append(frame.region, regions + np.arange(more)),
        region_room=np.concatenate([frame.region_room, np.ones((n, more), np.int64)], axis=1)
        if frame.is_regional
        else np.full((n, regions + more), units.size, np.int64),
    )


def lacking(frame: Frame) -> tuple[Ints, Bools]:
    """Per entry, how many jurors it must lack, as few as possible in all and spread evenly, and the pairs
    chosen for the rest; `least` is left aside. A stand-in for nobody takes an entry's first lack at a small
    loss, another its second at a greater one, and so on."""
    n, m = frame.open.shape
    most = int(frame.need.max(initial=0))
    if not most:
        return np.zeros(n, np.int64), np.zeros((n, m), bool)
    eased = with_more(frame, np.ones((n, most), bool), n)
    weight = np.full(eased.open.shape, most * int(frame.need.sum()) + 1, np.int64)
    weight[:, m:] = np.arange(most, 0, -1)
    among = candidates(eased, weight, FIRST)
    among[:, m:] = True
    found = optimum(eased, weight, among)
    if found is None:
        raise ArithmeticError("a stand-in can always be chosen")
    return found.chosen[:, m:].sum(1), found.chosen[:, :m]
