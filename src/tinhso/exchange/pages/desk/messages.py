"""Messages to other systems: those that could not be delivered, one with its tries, replay, giving up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.directory import api as directory
from tinhso.exchange.message_contracts import MessageState, MessageView, Outcome
from tinhso.exchange.messages import dead, queries
from tinhso.exchange.pages.desk.messages_navigation import MESSAGES as HOME
from tinhso.exchange.pages.visiting import by_box, typed_moment
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Unable
from tinhso.identity import api as identity

STATES = {
    MessageState.DEAD: (gettext_noop("Không gửi được"), "red"),
    MessageState.WAITING: (gettext_noop("Đang chờ gửi"), "blue"),
    MessageState.ANSWERED: (gettext_noop("Đã có trả lời"), "green"),
    MessageState.FAILED: (gettext_noop("Hỏi không được"), "orange"),
    MessageState.GIVEN_UP: (gettext_noop("Đã bỏ"), "grey"),
}
OUTCOMES = {
    Outcome.ANSWERED: gettext_noop("Có trả lời"),
    Outcome.DECLINED: gettext_noop("Hệ thống nhận từ chối"),
    Outcome.FAULTED: gettext_noop("Trục báo lỗi"),
    Outcome.UNREACHED: gettext_noop("Không kết nối được"),
    Outcome.TIMED_OUT: gettext_noop("Quá thời gian chờ"),
    Outcome.UNREADABLE: gettext_noop("Trả lời không đọc được"),
    Outcome.LOST: gettext_noop("Mất kết nối giữa chừng"),
}
LONGEST = 200


@never_cache
@access.officer("exchange.see_messages")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Messages in one state; dead ones when nothing else is asked for, with what they failed by."""
    return _listed(request)


def _listed(request: HttpRequest, *, fault: Unable | None = None, told: str = "") -> HttpResponse:
    actor, at = identity.actor_of(request), moments.now()
    units = dead.units_of(actor, at)
    asked = _asked(request)
    found, more = queries.listed(asked, units=units, after=request.GET.get("sau", ""))
    query = request.GET.copy()
    query.pop("sau", None)
    facts = {
        "title": _("Tin gửi qua trục"),
        "home": HOME,
        "rows": [_row(one) for one in found],
        "states": [(state.value, _(words), state == asked.state) for state, (words, _c) in STATES.items()],
        "is_dead": asked.state == MessageState.DEAD,
        "faults": queries.faults(units=units) if asked.state == MessageState.DEAD else (),
        "word": asked.word,
        "state": asked.state,
        "next": f"{HOME}?{query.urlencode()}{'&' if query else ''}sau={more}" if more else "",
        "may_replay": identity.somewhere(actor, dead.REPLAY, at),
        "typed": by_box(
            {
                name: request.POST.get(name, request.GET.get(name, ""))[:LONGEST]
                for name in ("tu", "den", "dich-vu", "ma-loi")
            }
        ),
        "narrowed": bool(asked.service or asked.fault_code),
        "services": sorted({one.service for one in found}),
        "fault": fault.message if fault else "",
        "told": told or _told(request),
    }
    return render(request, "exchange/desk/messages.html", facts, status=fault.status if fault else 200)


def _told(request: HttpRequest) -> str:
    count = request.GET.get("gui-lai", "")
    if not count.isdecimal() or len(count) > 6:
        return ""
    return _("Đã xếp %(count)d tin vào hàng gửi lại.") % {"count": int(count)}


def _asked(request: HttpRequest) -> queries.Looking:
    state = request.GET.get("tinh-trang", MessageState.DEAD)
    word = request.GET.get("tim", "").strip()[:LONGEST]
    return queries.Looking(
        state="" if word else state if state in frozenset(MessageState) else MessageState.DEAD,
        service=request.GET.get("dich-vu", "")[:LONGEST],
        fault_code=request.GET.get("ma-loi", "")[:LONGEST],
        word=word,
    )


def _row(view: MessageView) -> dict[str, Any]:
    words, colour = STATES[view.state]
    outcome = _(OUTCOMES[Outcome(view.outcome)]) if view.outcome else ""
    return {"view": view, "state": _(words), "colour": colour, "outcome": outcome}


@never_cache
@access.officer("exchange.see_messages")
@require_safe
def one(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """One message: where it goes, every try, and what may be done."""
    return _one(request, message_id)


def _one(request: HttpRequest, message_id: UUID, *, fault: Unable | None = None) -> HttpResponse:
    actor, at = identity.actor_of(request), moments.now()
    view = queries.one(message_id, units=dead.units_of(actor, at))
    units = directory.names([view.unit_id]) if view.unit_id else {}
    facts = {
        "title": view.title,
        "home": HOME,
        **_row(view),
        "unit": units.get(view.unit_id, "") if view.unit_id else "",
        "attempts": [(each, _(OUTCOMES[each.outcome])) for each in view.attempts],
        "may_replay": view.replayable and _may(request, dead.REPLAY, view),
        "may_give_up": view.state is MessageState.DEAD and _may(request, dead.GIVE_UP, view),
        "fault": fault.message if fault else "",
        "reason": request.POST.get("ly-do", "")[:LONGEST],
    }
    return render(request, "exchange/desk/message.html", facts, status=fault.status if fault else 200)


def _may(request: HttpRequest, act: str, view: MessageView) -> bool:
    subject = dead.subject_of(view.id, view.unit_id)
    return identity.can(identity.actor_of(request), act, subject, moments.now())


@never_cache
@access.officer("exchange.replay_message")
@require_POST
def replay(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Send one again."""
    try:
        dead.replay(message_id, by=identity.actor_of(request), at=moments.now())
    except Unable as refusal:
        return _one(request, message_id, fault=refusal)
    return HttpResponseRedirect(f"{HOME}{message_id}/")


@never_cache
@access.officer("exchange.give_up_message")
@require_POST
def give_up(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Close one for good, with a reason."""
    reason = request.POST.get("ly-do", "")[:LONGEST]
    try:
        dead.give_up(message_id, reason=reason, by=identity.actor_of(request), at=moments.now())
    except Unable as refusal:
        return _one(request, message_id, fault=refusal)
    return HttpResponseRedirect(f"{HOME}{message_id}/")


@never_cache
@access.officer("exchange.replay_message")
@require_POST
def replay_range(request: HttpRequest) -> HttpResponse:
    """Send again all of a range of days, of a service and a code where given."""
    since, until = (typed_moment(request.POST.get(name, "")) for name in ("tu", "den"))
    at = moments.now()
    asked = dead.Range(
        since=since or moments.midnight(moments.today(at)),
        until=until or at,
        service=request.POST.get("dich-vu", "").strip()[:LONGEST],
        fault_code=request.POST.get("ma-loi", "").strip()[:LONGEST],
        answered=request.POST.get("ca-da-tra-loi") == "1",
    )
    try:
        count = dead.replay_range(asked, by=identity.actor_of(request), at=at)
    except Unable as refusal:
        return _listed(request, fault=refusal)
    return HttpResponseRedirect(f"{HOME}?gui-lai={count}")


urlpatterns = [
    path("can-bo/truc/tin/", listed, name="messages"),
    path("can-bo/truc/tin/gui-lai/", replay_range, name="messages-replay"),
    path("can-bo/truc/tin/<uuid:message_id>/", one, name="message"),
    path("can-bo/truc/tin/<uuid:message_id>/gui-lai/", replay, name="message-replay"),
    path("can-bo/truc/tin/<uuid:message_id>/bo/", give_up, name="message-give-up"),
]
