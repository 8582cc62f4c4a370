"""Changes of a part told in words: where, what was there, what is there now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation import worktime
from tinhso.studio import parts
from tinhso.studio.assembling import drawing_of
from tinhso.studio.bodies.comparing import ORDER, Change, ChangeKind, by_key, changes
from tinhso.studio.bodies.labels import CODES, PLACES
from tinhso.studio.contracts import Body, PartName
from tinhso.workflow import api as workflow

LONGEST = 300
SAID_BY = ("label", "question", "title", "name", "text", "step")
"""What a member of a list is called by, the first it has."""
KINDS = {
    ChangeKind.ADDED: gettext_lazy("Thêm"),
    ChangeKind.REMOVED: gettext_lazy("Bỏ"),
    ChangeKind.CHANGED: gettext_lazy("Sửa"),
    ChangeKind.MOVED: gettext_lazy("Đổi thứ tự"),
}


CONTAINERS = frozenset({"definition", "pages", "fields"})
"""Places that say nothing beside what they contain."""


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words; `place` is what `comparing.take` knows it by."""

    place: str
    kind: ChangeKind
    what: str
    where: str
    before: str
    after: str


def told(part: PartName, before: Body, after: Body) -> tuple[Told, ...]:
    """What is different between two bodies of a part, in words."""
    keys = parts.KINDS[part].keys
    return _told(before, after, keys)


def drawing_told(before: Body, after: Body) -> tuple[Told, ...]:
    """What the change of a drawing means for its steps: which came, went, or are another's work."""
    sides = [{"process_steps": _steps(body)} for body in (before, after)]
    return _told(sides[0], sides[1], {"process_steps": "step"})


def _told(before: Body, after: Body, keys: Mapping[str, str]) -> tuple[Told, ...]:
    found = []
    order = {name: at for at, name in enumerate(PLACES)}
    different = sorted(changes(before, after, keys), key=lambda one: order.get(one.path[0], len(order)))
    for change in different:
        if change.kind is ChangeKind.MOVED:
            values = [_order(change.path, side, keys) for side in (before, after)]
        elif change.path == ("bpmn",):
            values = [
                _("bản vẽ riêng") if side else _("như trong bộ mẫu") for side in (change.before, change.after)
            ]
        elif change.path == ("key",):
            values = [_process(side) for side in (change.before, change.after)]
        elif _texts(change.before) and _texts(change.after):
            values = [_others(change.before, change.after), _others(change.after, change.before)]
        else:
            values = [said(change.before), said(change.after)]
        found.append(
            Told(
                place=change.place,
                kind=change.kind,
                what=str(KINDS[change.kind]),
                where=where(change, before, after, keys),
                before=values[0],
                after=values[1],
            )
        )
    return tuple(found)


def _process(key: Any) -> str:
    """What a process of the gallery is called."""
    return workflow.title(workflow.drawing(key)) if key in workflow.GALLERY else said(key)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _others(here: list[str], there: list[str]) -> str:
    """The texts of a list that the other does not have; all of them where only their order is different."""
    own = [one for one in here if one not in there]
    return said(own) if own or set(here) != set(there) else said(here)


def _steps(body: Body) -> list[dict[str, str]]:
    bpmn = drawing_of(body)
    if not bpmn:
        return []
    try:
        steps = workflow.drawn(bpmn)
    except workflow.UnusableProcess:
        return []
    return [
        {"step": one.step, "name": one.name, "role": one.role, "share": f"{one.share} %"} for one in steps
    ]


def where(change: Change, before: Any, after: Any, keys: Mapping[str, str]) -> str:
    """The path to a place in words: "Cách thức thực hiện, Trực tuyến, Ghi chú"."""
    words: list[str] = []
    sides = [before, after]
    for depth, step in enumerate(change.path):
        if step == ORDER:
            break
        listed = [by_key(side, keys, change.path[:depth]) for side in sides]
        if any(found is not None for found in listed):
            members = [(found or {}).get(step) for found in listed]
            words.append(called(next((one for one in reversed(members) if one is not None), step)))
            sides = members
        else:
            if step not in CONTAINERS or change.path[depth + 1 :] in ((), (ORDER,)):
                words.append(str(PLACES.get(step, step)))
            sides = [side.get(step) if isinstance(side, dict) else None for side in sides]
    return ", ".join(words)


def called(member: Any) -> str:
    """What a member of a list is called."""
    if not isinstance(member, dict):
        return said(member)
    name = next((member[key] for key in SAID_BY if member.get(key)), None)
    if name is None:
        name = next((one for one in member.values() if isinstance(one, str) and one), "")
    return str(CODES.get(str(name), name))


def said(value: Any) -> str:
    """A value in words; empty for none."""
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, dict):
        return _object(value)
    if isinstance(value, list):
        return "; ".join(called(one) if isinstance(one, dict) else said(one) for one in value)[:LONGEST]
    text = str(CODES.get(str(value), value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _object(value: dict[str, Any]) -> str:
    if set(value) == {"amount", "unit"} and value["unit"] in set(worktime.Unit):
        return worktime.say_term(worktime.Term(value["amount"], worktime.Unit(value["unit"])))
    if any(value.get(key) for key in SAID_BY):
        return called(value)
    return "; ".join(
        _("%(name)s: %(value)s") % {"name": PLACES.get(name, name), "value": said(inner)}
        for name, inner in value.items()
        if said(inner)
    )[:LONGEST]


def _order(path: tuple[str, ...], body: Any, keys: Mapping[str, str]) -> str:
    """The order of a list, by what its members are called."""
    side = body
    for depth, step in enumerate(path[:-1]):
        listed = by_key(side, keys, path[:depth])
        side = listed.get(step) if listed is not None else side.get(step)
    members = by_key(side, keys, path[:-1]) or {}
    return "; ".join(called(one) for one in members.values())[:LONGEST]
