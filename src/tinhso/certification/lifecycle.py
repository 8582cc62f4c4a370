"""The life of a certified copy: which act leads where."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.certification.contracts import State, WrongTurn

TURNS: dict[str, dict[State, State]] = {
    "sign": {State.DRAFTED: State.SIGNED},
    "seal": {State.SIGNED: State.SEALED},
    "drop": {State.DRAFTED: State.DROPPED, State.SIGNED: State.DROPPED},
    "revoke": {State.SEALED: State.REVOKED},
}


def after(act: str, state: State) -> State:
    """The state after an act. Raises WrongTurn when the act does not begin here."""
    found = TURNS[act].get(state)
    if found is None:
        words = _("Bản sao này đang ở trạng thái “%(state)s”: người khác đã làm trước. Hãy tải lại trang.")
        raise WrongTurn(words % {"state": state.label}, act=act, state=state.value)
    return found


def acts(state: State) -> tuple[str, ...]:
    """The acts that may come next."""
    return tuple(act for act, turns in TURNS.items() if state in turns)
