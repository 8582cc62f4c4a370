"""Other systems that are told of events: the list, a new one, one with what was pushed to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.directory import api as directory
from tinhso.exchange.models import Delivery, Subscription
from tinhso.exchange.pages.acting import NOTHING, Acts, Refusal, done
from tinhso.exchange.pages.desk.services import owner_units
from tinhso.exchange.pages.visiting import by_box, faults_of, shown_faults, typed, typed_moment, visit
from tinhso.exchange.publishing import overseeing, subscribing
from tinhso.exchange.publishing.overseeing import Line
from tinhso.exchange.publishing.topics import topics
from tinhso.exchange.publishing_contracts import DeliveryState, SubscriptionState
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, NotFound, Unable
from tinhso.foundation.ids import read
from tinhso.ui.api import paging

HOME = "/can-bo/truc/su-kien/"
BOXES = ("he-thong", "cach", "dia-chi", "ma", "lien-he", "don-vi")
PUSH, POLL = "day", "tu-lay"
STATES: dict[SubscriptionState, tuple[str, str | Promise]] = {
    SubscriptionState.ACTIVE: ("green", gettext_lazy("Đang báo")),
    SubscriptionState.PAUSED: ("amber", gettext_lazy("Tạm dừng")),
    SubscriptionState.ENDED: ("grey", gettext_lazy("Đã thôi")),
}
DELIVERIES: dict[DeliveryState, tuple[str, str | Promise]] = {
    DeliveryState.WAITING: ("blue", gettext_lazy("Chờ gửi")),
    DeliveryState.DELIVERED: ("green", gettext_lazy("Đã nhận")),
    DeliveryState.DEAD: ("red", gettext_lazy("Không gửi được")),
    DeliveryState.GIVEN_UP: ("grey", gettext_lazy("Đã bỏ qua")),
}


@never_cache
@access.officer("exchange.manage_subscription")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """A page of subscriptions. Two queries."""
    ended = request.GET.get("xem") == "da-thoi"
    rows, more = overseeing.listed(ended=ended, before=paging.before(request))
    facts = {
        "title": _("Hệ thống nhận sự kiện"),
        "rows": [_row(one) for one in rows],
        "ended": ended,
        "next": paging.following(HOME, more, kept={"xem": "da-thoi" if ended else ""}),
    }
    return render(request, "exchange/desk/subscriptions.html", facts)


def _row(line: Line) -> dict[str, Any]:
    row = line.row
    named = dict(topics)
    return {
        "line": line,
        "row": row,
        "state": STATES[SubscriptionState(row.state)],
        "topics": [(name, named[name].title if name in named else name) for name in row.topics],
        "polls": row.token_id is not None,
    }


@never_cache
@access.officer("exchange.manage_subscription")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """A new subscription; its secret or token is shown once."""
    (actor, at), faults, status = visit(request), dict[str, str](), 200
    words = typed(request, BOXES)
    if request.method == "POST":
        try:
            if words["cach"] == POLL:
                made, secret = subscribing.subscribe_reader(_terms(request), by=actor, at=at)
            else:
                made, secret = subscribing.subscribe(_terms(request), by=actor, at=at)
        except Unable as refused:
            faults, status = faults_of(refused, otherwise="he-thong"), refused.status
        else:
            return _secret(request, made, secret, token=words["cach"] == POLL)
    facts = {
        "title": _("Đăng ký hệ thống nhận sự kiện"),
        "back": (HOME, _("Hệ thống nhận sự kiện")),
        "submit": _("Đăng ký"),
        "ways": [
            (PUSH, _("Tỉnh gửi tới địa chỉ của hệ thống (web hook)")),
            (POLL, _("Hệ thống tự lấy bằng mã máy (feed)")),
        ],
        **_form(request, words | {"cach": words["cach"] or PUSH}, request.POST.getlist("chu-de"), faults),
    }
    return render(request, "exchange/desk/subscription_form.html", facts, status=status)


@never_cache
@access.officer("exchange.manage_subscription")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Change what a system is told of, and where."""
    (actor, at), faults, status = visit(request), dict[str, str](), 200
    row = _held(subscription_id).row
    if row.ended_at is not None:
        raise NotFound(_("Hệ thống này đã thôi nhận sự kiện."))
    words, chosen = typed(request, BOXES), request.POST.getlist("chu-de")
    if request.method == "POST":
        try:
            terms = _terms(request, token_id=row.token_id)
            subscribing.change(row.id, terms, by=actor, at=at)
        except Unable as refused:
            faults, status = faults_of(refused, otherwise="he-thong"), refused.status
        else:
            return HttpResponseRedirect(f"{HOME}{row.id}/")
    else:
        words = {
            "he-thong": row.system, "dia-chi": row.url, "ma": row.client, "lien-he": row.contact,
            "don-vi": str(row.unit_id or ""),
        }  # fmt: skip
        chosen = row.topics
    facts = {
        "title": _("Sửa đăng ký của %s") % row.system,
        "back": (f"{HOME}{row.id}/", row.system),
        "submit": _("Lưu"),
        **_form(request, words, chosen, faults),
    }
    return render(request, "exchange/desk/subscription_form.html", facts, status=status)


def _form(
    request: HttpRequest, words: dict[str, str], chosen: list[str], faults: dict[str, str]
) -> dict[str, Any]:
    _actor, at = visit(request)
    return {
        "typed": by_box(words),
        "topics": [
            {"value": name, "text": str(topic.title), "hint": {"text": name}} for name, topic in topics
        ],
        "chosen": chosen,
        "units": owner_units(at),
        **shown_faults(faults),
    }


def _terms(request: HttpRequest, token_id: UUID | None = None) -> subscribing.Terms:
    words = {name: text.strip() for name, text in typed(request, BOXES).items()}
    return subscribing.Terms(
        system=words["he-thong"][:200],
        topics=request.POST.getlist("chu-de"),
        url="" if words["cach"] == POLL else words["dia-chi"][:2000],
        token_id=token_id,
        client=words["ma"][:200],
        contact=words["lien-he"][:200],
        unit_id=read(words["don-vi"]),
    )


def _secret(request: HttpRequest, id: UUID, secret: str, *, token: bool) -> HttpResponse:
    """The one page that shows a secret: the answer to the act that made it."""
    facts = {
        "title": _("Mã máy để lấy sự kiện") if token else _("Khóa bí mật của web hook"),
        "secret": secret,
        "token": token,
        "one": f"{HOME}{id}/",
    }
    return render(request, "exchange/desk/subscription_secret.html", facts)


@never_cache
@access.officer("exchange.manage_subscription")
@require_safe
def one(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """A subscription with what was pushed to it."""
    return _shown(request, _held(subscription_id))


def _shown(request: HttpRequest, line: Line, refused: Refusal = NOTHING) -> HttpResponse:
    row = line.row
    asked = request.GET.get("xem", "")
    state = asked if asked in frozenset(DeliveryState) else ""
    before = paging.before_number(request)
    rows, more = overseeing.deliveries(row, state=state, before=before) if row.url else ([], None)
    unit = directory.names([row.unit_id]) if row.unit_id else {}
    facts = {
        **_row(line),
        "title": row.system,
        "unit": unit.get(row.unit_id, "") if row.unit_id else "",
        "unread": overseeing.unread(row) if row.token_id and not row.ended_at else 0,
        "deliveries": [(each, DELIVERIES[DeliveryState(each.state)]) for each in rows],
        "views": [("", _("Tất cả"), not state)]
        + [(each.value, words, each == state) for each, (_colour, words) in DELIVERIES.items()],
        "next": paging.following(f"{HOME}{row.id}/", more, kept={"xem": state}),
        "told": _told(request),
        "typed": by_box(typed(request, ("vi-sao", "tu", "den"))),
    }
    return refused.draw(request, "exchange/desk/subscription.html", facts)


def _told(request: HttpRequest) -> str:
    count = request.GET.get("gui-lai", "")
    if not count.isdecimal() or len(count) > 9:
        return ""
    words = ngettext(
        "Đã xếp %(n)d sự kiện vào hàng gửi lại.", "Đã xếp %(n)d sự kiện vào hàng gửi lại.", int(count)
    )
    return words % {"n": int(count)}


@never_cache
@access.officer("exchange.manage_subscription")
@require_POST
def act(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Rest, go on, end, replay many, a new secret or token."""
    line = _held(subscription_id)
    return done(
        request,
        _ACTS,
        lambda do: do(request, line.row),
        back=f"{HOME}{subscription_id}/",
        again=lambda refused: _shown(request, line, refused),
    )


def _pause(request: HttpRequest, row: Subscription) -> None:
    actor, at = visit(request)
    subscribing.pause(row.id, reason=request.POST.get("vi-sao", "")[:500], by=actor, at=at)


def _resume(request: HttpRequest, row: Subscription) -> None:
    actor, at = visit(request)
    subscribing.resume(row.id, by=actor, at=at)


def _end(request: HttpRequest, row: Subscription) -> None:
    actor, at = visit(request)
    subscribing.end(row.id, by=actor, at=at)


def _replay(request: HttpRequest, row: Subscription) -> str:
    actor, at = visit(request)
    since, until = (typed_moment(request.POST.get(name, "")) for name in ("tu", "den"))
    if since is None:
        words = _("Chọn ngày giờ bắt đầu.")
        raise Invalid(words, faults={"tu": words})
    count = subscribing.replay(
        row.id,
        since=since,
        until=until or at,
        dead_only=request.POST.get("ca-da-nhan") != "1",
        by=actor,
        at=at,
    )
    return f"{HOME}{row.id}/?gui-lai={count}"


def _new_secret(request: HttpRequest, row: Subscription) -> HttpResponse:
    actor, at = visit(request)
    secret = subscribing.renew_secret(row.id, by=actor, at=at)
    return _secret(request, row.id, secret, token=False)


def _new_token(request: HttpRequest, row: Subscription) -> HttpResponse:
    actor, at = visit(request)
    secret = subscribing.renew_token(row.id, by=actor, at=at)
    return _secret(request, row.id, secret, token=True)


_ACTS: Acts[Callable[[HttpRequest, Subscription], str | HttpResponse | None]] = {
    "tam-dung": (_pause, "vi-sao"),
    "chay-lai": (_resume, "vi-sao"),
    "thoi": (_end, "vi-sao"),
    "gui-lai": (_replay, "vi-sao"),
    "khoa-moi": (_new_secret, "vi-sao"),
    "ma-moi": (_new_token, "vi-sao"),
}


@never_cache
@access.officer("exchange.manage_subscription")
@require_POST
def delivery(request: HttpRequest, subscription_id: UUID, delivery_id: int) -> HttpResponse:
    """Push one event again, or leave it out."""
    (actor, at), name = visit(request), request.POST.get("viec", "")
    if not Delivery.objects.filter(id=delivery_id, subscription=subscription_id).exists():
        raise NotFound(_("Không có sự kiện này."))
    if name == "gui-lai":
        subscribing.replay_one(delivery_id, by=actor, at=at)
    elif name == "bo-qua":
        subscribing.give_up(delivery_id, by=actor, at=at)
    else:
        raise NotFound(_("Không có việc này."))
    return HttpResponseRedirect(f"{HOME}{subscription_id}/")


def _held(subscription_id: UUID) -> Line:
    found = overseeing.one(subscription_id)
    if found is None:
        raise NotFound(_("Không có đăng ký nhận sự kiện này."))
    return found
