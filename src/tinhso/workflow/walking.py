"""Follows a drawing through the life cycle of its subject, every way that facts can lead, without running it.

One state is: on which arrows the process waits, at which stage the subject is, which facts are known. The
drawings are small and facts have few values, so all states can be visited.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from tinhso.workflow import expressions
from tinhso.workflow.contracts import ActTurn, KnownAct, LifeCycle, WaitsFor
from tinhso.workflow.graph import Flow, Graph, Node

MOST_STATES = 20_000
MOST_TOKENS = 24

ASKED = "_hoi"
"""The fact, known to the walk only, that others were asked and a wait for them makes sense."""

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class State:
    """Tokens are arrows in the order in which the work they lead to is offered."""

    tokens: tuple[str, ...]
    stage: str
    facts: Facts


@dataclass(slots=True)
class Walk:
    """What was seen on the way. Every finding is kept by the element where it was made."""

    reached: set[str] = field(default_factory=set)
    wrong: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ends_early: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    no_way: set[str] = field(default_factory=set)
    spins: set[str] = field(default_factory=set)
    waits: set[str] = field(default_factory=set)
    never_ends: set[str] = field(default_factory=set)
    at_once: set[frozenset[str]] = field(default_factory=set)
    unasked: set[str] = field(default_factory=set)
    too_much: bool = False


def walk(drawn: Graph, cycle: LifeCycle) -> Walk:
    """Visit every state from each start with each value of the facts known from the start."""
    seen = Walk()
    starts = [node for node in drawn.nodes.values() if node.kind == "startEvent"]
    begun = [
        state
        for start in starts[:1]
        for facts in _combinations(sorted(cycle.facts.items()))
        for state in _settle(drawn, _begin(drawn, start, cycle.begins, facts, seen), seen)
    ]
    follows: dict[State, set[State]] = {}
    queue = list(dict.fromkeys(begun))
    while queue:
        state = queue.pop()
        if state in follows:
            continue
        if len(follows) >= MOST_STATES:
            seen.too_much = True
            break
        follows[state] = set()
        for after in _steps(drawn, state, cycle, seen):
            follows[state].add(after)
            queue.append(after)
    _ending(drawn, follows, cycle, seen)
    return seen


def _combinations(facts: list[tuple[str, tuple[str, ...]]]) -> Iterator[Facts]:
    if not facts:
        yield ()
        return
    (name, values), *rest = facts
    for value in values:
        for others in _combinations(rest):
            yield ((name, value), *others)


def _begin(drawn: Graph, start: Node, stage: str, facts: Facts, seen: Walk) -> State:
    seen.reached.add(start.id)
    return State(tokens=tuple(flow.id for flow in drawn.out[start.id]), stage=stage, facts=facts)


def _steps(drawn: Graph, state: State, cycle: LifeCycle, seen: Walk) -> Iterator[State]:
    """Do the work that is offered first in every way its act can end, let its clocks run out, end each wait.

    Beside a wait any of the work may be the first.
    """
    staying = [node for token in state.tokens if (node := _at(drawn, token)).stays]
    offered = [node for node in staying if node.is_step]
    waits = [node for node in staying if node.wait]
    if len(offered) > 1:
        seen.at_once.add(frozenset(node.id for node in offered))
    if not staying:
        if state.tokens:
            seen.waits.update(drawn.flows[token].target for token in state.tokens)
        return
    timed = any(node.wait or node.limit for node in drawn.nodes.values())
    for node in [*(offered if timed else offered[:1]), *waits]:
        ended = cycle.passing if node.wait else cycle.acts.get(node.act)
        yield from _ended(drawn, state, node, node, ended, seen)
    for node in offered:
        for clock in drawn.clocks(node.id):
            seen.reached.add(clock.id)
            if clock.limit and clock.limit.goes:
                yield from _ended(drawn, state, node, clock, cycle.passing, seen)
            else:
                seen.reached.update(flow.target for flow in drawn.out[clock.id])


def _ended(
    drawn: Graph, state: State, node: Node, by: Node, act: KnownAct | None, seen: Walk
) -> Iterator[State]:
    """A step or wait is over, and the way goes on from `by`: the node itself, or the clock on it."""
    turns = [turn for turn in act.turns if turn.before == state.stage] if act else []
    if not turns:
        if act:
            seen.wrong[by.id].add(state.stage)
        turns = [ActTurn(before=state.stage, after=act.turns[0].after if act and act.turns else state.stage)]
    token = next(token for token in state.tokens if drawn.flows[token].target == node.id)
    for turn in turns:
        known = {**dict(state.facts), **turn.facts}
        if node.wait and node.wait.what is WaitsFor.ANSWERS:
            if known.pop(ASKED, "") == "":
                seen.unasked.add(node.id)
        elif act and act.asks and by is node:
            known[ASKED] = "1"
        facts = tuple(sorted(known.items()))
        yield from _settle(drawn, State(_put(drawn, state.tokens, token, by), turn.after, facts), seen)


def _settle(drawn: Graph, state: State, seen: Walk) -> Iterator[State]:
    """Go on through gateways and ends until only work is left, or nothing moves."""
    passed: set[tuple[str, ...]] = set()
    tokens = state.tokens
    while True:
        if tokens in passed or len(tokens) > MOST_TOKENS:
            seen.spins.update(drawn.flows[token].target for token in tokens if not _at(drawn, token).stays)
            return
        passed.add(tokens)
        seen.reached.update(drawn.flows[token].target for token in tokens if _at(drawn, token).stays)
        moved = _move(drawn, tokens, dict(state.facts), seen)
        if moved is None:
            break
        tokens = moved
    yield State(tokens, state.stage, state.facts)


def _move(drawn: Graph, tokens: tuple[str, ...], facts: dict[str, str], seen: Walk) -> tuple[str, ...] | None:
    """The tokens after the first that needs nobody's work has moved; None when none can."""
    for token in tokens:
        node = _at(drawn, token)
        if node.stays:
            continue
        if node.kind == "exclusiveGateway":
            seen.reached.add(node.id)
            chosen = _chosen(drawn, node, facts)
            if chosen is None:
                seen.no_way.add(node.id)
            return _replaced(tokens, token, [chosen.id] if chosen else [])
        if node.kind == "parallelGateway":
            into = [flow.id for flow in drawn.into[node.id]]
            if not all(flow in tokens for flow in into):
                continue
            seen.reached.add(node.id)
            rest = list(tokens)
            place = rest.index(into[0])
            rest[place] = ""
            for flow in into[1:]:
                rest.remove(flow)
            place = rest.index("")
            return (*rest[:place], *(flow.id for flow in drawn.out[node.id]), *rest[place + 1 :])
        seen.reached.add(node.id)
        return _put(drawn, tokens, token, node)
    return None


def _chosen(drawn: Graph, node: Node, facts: dict[str, str]) -> Flow | None:
    """The arrow that the engine would take."""
    out = drawn.out[node.id]
    default = next((flow for flow in out if flow.id == node.default), None)
    if default is None and len(out) == 1 and not out[0].condition:
        return out[0]
    for flow in out:
        if flow is default or not flow.condition:
            continue
        try:
            if expressions.evaluate(flow.condition, facts):
                return flow
        except ValueError:
            continue
    return default


def _put(drawn: Graph, tokens: tuple[str, ...], token: str, node: Node) -> tuple[str, ...]:
    return _replaced(tokens, token, [flow.id for flow in drawn.out[node.id]])


def _replaced(tokens: tuple[str, ...], token: str, new: list[str]) -> tuple[str, ...]:
    place = tokens.index(token)
    return (*tokens[:place], *new, *tokens[place + 1 :])


def _at(drawn: Graph, token: str) -> Node:
    return drawn.nodes[drawn.flows[token].target]


def _ending(drawn: Graph, follows: dict[State, set[State]], cycle: LifeCycle, seen: Walk) -> None:
    """From which states no end is reached, and at which stage it ends."""
    before: dict[State, set[State]] = defaultdict(set)
    for state, after in follows.items():
        for one in after:
            before[one].add(state)
    over = [state for state in follows if not state.tokens]
    for state in over:
        if state.stage not in cycle.ends:
            seen.ends_early["bpmn"].add(state.stage)
    ends, queue = set(over), list(over)
    while queue:
        for state in before[queue.pop()]:
            if state not in ends:
                ends.add(state)
                queue.append(state)
    if not seen.too_much:
        for state in set(follows) - ends:
            seen.never_ends.update(
                drawn.flows[token].target for token in state.tokens if _at(drawn, token).stays
            )
