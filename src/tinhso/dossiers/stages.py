"""The life cycle as a drawing of work is checked against it: which acts finish a step, from where to where.

Between two statuses a result is drafted and signed, which no status tells; so stages are finer than statuses.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.dossiers.contracts import Status, Via
from tinhso.dossiers.lifecycle import STEP_ASKS, STEP_BOUND
from tinhso.dossiers.permissions import ACTS
from tinhso.dossiers.turning import HANDLING
from tinhso.identity import api as identity
from tinhso.workflow import api as workflow

STAGES: dict[str, tuple[Status, str]] = {
    "submitted": (Status.SUBMITTED, gettext_noop("đã gửi, chưa tiếp nhận")),
    "accepted": (Status.ACCEPTED, gettext_noop("đã tiếp nhận")),
    "processing": (Status.PROCESSING, gettext_noop("đang giải quyết, chưa có dự thảo")),
    "drafted": (Status.PROCESSING, gettext_noop("đã có dự thảo, chưa ký")),
    "signed": (Status.PROCESSING, gettext_noop("đã ký, chưa đóng dấu")),
    "done": (Status.DONE, gettext_noop("đã có kết quả, chưa trả")),
    "returned": (Status.RETURNED, gettext_noop("đã trả kết quả")),
}

SIGNED, SENT_BACK = {"ket_luan": "ky"}, {"ket_luan": "tra_lai"}

TURNS: dict[str, tuple[tuple[str, str, dict[str, str]], ...]] = {
    "accept": (("submitted", "accepted", {}),),
    "hand_on": (
        ("accepted", "processing", {}),
        ("processing", "processing", {}),
        ("drafted", "drafted", {}),
        ("signed", "signed", {}),
    ),
    "ask_opinion": tuple((stage, stage, {}) for stage in ("accepted", "processing", "drafted")),
    "draft_result": tuple((stage, "drafted", {}) for stage in ("accepted", "processing", "drafted")),
    "sign": (("drafted", "signed", SIGNED), ("drafted", "processing", SENT_BACK)),
    "seal": (("signed", "done", {}),),
    "hand_over": (("done", "returned", {}),),
}
"""The acts that finish a step: stage before, stage after, facts set. A draft sent back is written anew."""


PASSING = tuple((before, after) for before, after, _facts in TURNS["hand_on"])
"""From stage to stage when a wait or the time of a step is over: as when the work is passed on."""


def life_cycle() -> workflow.LifeCycle:
    """The acts that a step of a process may name, with who may do them and in which order."""
    granted = identity.grants()
    names = {**STEP_BOUND, **STEP_ASKS}
    acts = [
        workflow.KnownAct(
            name=names[act],
            label=_(ACTS[act]),
            roles=frozenset(role.value for line in granted[names[act]] for role in line.roles),
            turns=tuple(workflow.ActTurn(before, after, facts) for before, after, facts in turns),
            sends=act in ("hand_on", "ask_opinion"),
        )
        for act, turns in TURNS.items()
    ]
    return workflow.LifeCycle(
        acts={act.name: act for act in acts},
        stages={stage: _(words) for stage, (_status, words) in STAGES.items()},
        begins="submitted",
        ends=frozenset({"returned"}),
        roles={role.value: role.label for role in HANDLING},
        facts={"via": tuple(via.value for via in Via)},
        passing=workflow.KnownAct(
            name="dossiers.wait_over",
            label=_(ACTS["wait_over"]),
            roles=frozenset(),
            turns=tuple(workflow.ActTurn(before, after) for before, after in PASSING),
        ),
    )
