"""The life cycle of a dossier: one table of allowed turns, the truth about what may happen next.

Source: the ten statuses of the national portal and their transitions, refined with our own states
`pre_supplement` (asked before acceptance) and `paused` (a pause that resumes; "dừng xử lý" is final).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.dossiers.contracts import Status
from tinhso.dossiers.faults import WrongTurn


class Clock(StrEnum):
    """What the deadline does in a status."""

    NOT_YET = "not_yet"
    RUNS = "runs"
    STANDS = "stands"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a status means: its label, its clock, and whether it is final."""

    msgid: str
    clock: Clock
    final: bool = False

    @property
    def label(self) -> str:
        """What people read, in their language."""
        return _(self.msgid)


MEANINGS: dict[Status, Meaning] = {
    Status.SUBMITTED: Meaning(gettext_noop("Đã gửi, chờ tiếp nhận"), Clock.NOT_YET),
    Status.PRE_SUPPLEMENT: Meaning(gettext_noop("Chờ bổ sung trước khi tiếp nhận"), Clock.NOT_YET),
    Status.ACCEPTED: Meaning(gettext_noop("Đã tiếp nhận"), Clock.RUNS),
    Status.PROCESSING: Meaning(gettext_noop("Đang giải quyết"), Clock.RUNS),
    Status.SUPPLEMENT: Meaning(gettext_noop("Chờ bổ sung giấy tờ"), Clock.STANDS),
    Status.OBLIGATION: Meaning(gettext_noop("Chờ thực hiện nghĩa vụ tài chính"), Clock.STANDS),
    Status.PAUSED: Meaning(gettext_noop("Tạm dừng"), Clock.STANDS),
    Status.DONE: Meaning(gettext_noop("Đã có kết quả"), Clock.ENDED),
    Status.RETURNED: Meaning(gettext_noop("Đã trả kết quả"), Clock.ENDED, final=True),
    Status.REFUSED: Meaning(gettext_noop("Không được tiếp nhận"), Clock.ENDED, final=True),
    Status.WITHDRAWN: Meaning(gettext_noop("Đã rút"), Clock.ENDED, final=True),
    Status.STOPPED: Meaning(gettext_noop("Đã dừng giải quyết"), Clock.ENDED, final=True),
}

_S = Status
_RUNNING = (_S.ACCEPTED, _S.PROCESSING)
_STANDING = (_S.SUPPLEMENT, _S.OBLIGATION, _S.PAUSED)
_OPEN = (_S.SUBMITTED, _S.PRE_SUPPLEMENT, *_RUNNING, *_STANDING)

TURNS: dict[str, dict[Status, Status]] = {
    "accept": {_S.SUBMITTED: _S.ACCEPTED},
    "refuse": {_S.SUBMITTED: _S.REFUSED, _S.PRE_SUPPLEMENT: _S.REFUSED},
    "ask_supplement": {
        _S.SUBMITTED: _S.PRE_SUPPLEMENT,
        _S.ACCEPTED: _S.SUPPLEMENT,
        _S.PROCESSING: _S.SUPPLEMENT,
    },
    "answer_supplement": {_S.PRE_SUPPLEMENT: _S.SUBMITTED, _S.SUPPLEMENT: _S.PROCESSING},
    "answer_part": {_S.PRE_SUPPLEMENT: _S.PRE_SUPPLEMENT, _S.SUPPLEMENT: _S.SUPPLEMENT},
    "ask_obligation": {_S.ACCEPTED: _S.OBLIGATION, _S.PROCESSING: _S.OBLIGATION},
    "settle_obligation": {_S.OBLIGATION: _S.PROCESSING},
    "pause": dict.fromkeys(_RUNNING, _S.PAUSED),
    "resume": {_S.PAUSED: _S.PROCESSING},
    "ask_extension": {status: status for status in _RUNNING},
    "grant_extension": {status: status for status in _RUNNING},
    "deny_extension": {status: status for status in _RUNNING},
    "apologise": {status: status for status in _RUNNING},
    "forward": {_S.ACCEPTED: _S.PROCESSING, _S.PROCESSING: _S.PROCESSING},
    "hand_on": dict.fromkeys(_RUNNING, _S.PROCESSING),
    "receive": {status: status for status in (*_OPEN, _S.DONE)},
    "collect_at": {status: status for status in (*_OPEN, _S.DONE)},
    "deliver_to": {status: status for status in (*_OPEN, _S.DONE)},
    "post": {_S.DONE: _S.DONE},
    "ask_opinion": {status: status for status in _RUNNING},
    "go_on": {status: status for status in _RUNNING},
    "wait_over": {**dict.fromkeys(_RUNNING, _S.PROCESSING), **{status: status for status in _STANDING}},
    "time_over": dict.fromkeys(_RUNNING, _S.PROCESSING),
    "assign": {status: status for status in (*_OPEN, _S.DONE)},
    "transfer": {status: status for status in (*_OPEN, _S.DONE)},
    "rebase": {status: status for status in _OPEN},
    "fill_in": {status: status for status in (_S.SUBMITTED, *_RUNNING, _S.OBLIGATION, _S.PAUSED)},
    "judge_fees": {status: status for status in (*_OPEN, _S.DONE)},
    "draft_result": dict.fromkeys(_RUNNING, _S.PROCESSING),
    "send_back": {_S.PROCESSING: _S.PROCESSING},
    "sign": {_S.PROCESSING: _S.PROCESSING},
    "seal": {_S.PROCESSING: _S.DONE},
    "hand_over": {_S.DONE: _S.RETURNED},
    "withdraw": dict.fromkeys(_OPEN, _S.WITHDRAWN),
    "stop": dict.fromkeys((*_RUNNING, *_STANDING), _S.STOPPED),
    "deem_approved": dict.fromkeys(_RUNNING, _S.RETURNED),
    "deem_refused": dict.fromkeys(_RUNNING, _S.STOPPED),
    "return_originals": {status: status for status in Status},
    "correct": {_S.RETURNED: _S.RETURNED},
    "replace_result": {_S.RETURNED: _S.RETURNED},
    "revoke_result": {_S.RETURNED: _S.RETURNED},
    "judge_paper": {status: status for status in (_S.SUBMITTED, *_RUNNING)},
    "digitise": {status: status for status in (*_OPEN, _S.DONE)},
    "note": {status: status for status in Status},
    "message": {status: status for status in Status},
    "rate": {_S.RETURNED: _S.RETURNED},
}

EXTENSION_ASKED, ORIGINALS = "extension_asked", "originals"
"""Marks on which acts depend: a later promise waits for a decision; originals lie at the counter."""

STEP_BOUND = {
    "accept": "dossiers.accept",
    "hand_on": "dossiers.hand_on",
    "draft_result": "dossiers.draft_result",
    "sign": "dossiers.sign",
    "send_back": "dossiers.sign",
    "seal": "dossiers.seal",
    "hand_over": "dossiers.hand_over",
}
STEP_ASKS = {"ask_opinion": "dossiers.ask_opinion"}
"""Acts that are open at every step, and that finish a step of their own kind."""


_WITHIN = timedelta(seconds=30)
UNDO: dict[str, timedelta] = {
    "assign": _WITHIN,
    "forward": _WITHIN,
    "judge_paper": _WITHIN,
    "note": _WITHIN,
    "draft_result": _WITHIN,
    "send_back": _WITHIN,
    "message": timedelta(seconds=10),
}
"""The acts without an outward effect, and how long their officer may take each back (docs/decisions/undo.md).

A message waits that long before it leaves; every other act that tells somebody has only its legal reverse.
"""


def ask_undo(act: str, *, done_at: datetime, at: datetime) -> None:
    """Return while the act may be taken back. Raises WrongTurn, with words, when its time is over."""
    if at - done_at <= UNDO[act]:
        return
    raise WrongTurn(
        _("Đã quá %(seconds)d giây nên không hoàn tác được nữa. Hãy mở hồ sơ và làm việc ngược lại.")
        % {"seconds": UNDO[act].seconds},
        act="undo",
    )


def next_status(act: str, status: Status) -> Status:
    """The status after an act. Raises WrongTurn, with words, when the table does not allow it."""
    allowed = TURNS[act]
    if status in allowed:
        return allowed[status]
    raise WrongTurn(
        _("Hồ sơ đang ở trạng thái «%(status)s» nên chưa làm được việc này. Hãy mở lại hồ sơ.")
        % {"status": MEANINGS[status].label},
        act=act,
        status=status.value,
    )


def ask_step(act: str, step: str, *, status: Status) -> None:
    """Return when the act finishes a step of that kind (an act's full name). Raises WrongTurn."""
    if {**STEP_BOUND, **STEP_ASKS}[act] != step:
        raise WrongTurn(
            _("Hồ sơ đang ở bước khác nên chưa làm được việc này. Hãy mở lại hồ sơ."),
            act=act,
            status=status.value,
        )


def offered(status: Status) -> tuple[str, ...]:
    """The acts that the table allows from a status, in the table's order."""
    return tuple(act for act, turns in TURNS.items() if status in turns)


OPEN = frozenset(status for status, meaning in MEANINGS.items() if not meaning.final)
STANDING = frozenset(status for status, meaning in MEANINGS.items() if meaning.clock is Clock.STANDS)
