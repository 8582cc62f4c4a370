"""Who used a person's data, here and at every register that answers: asked when the page is opened, kept
nowhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.exchange.usage import answering, asking, disputing, noting, pacing
from tinhso.exchange.usage.asking import Heard, Told
from tinhso.foundation import access, moments
from tinhso.foundation.errors import NotFound, Unable
from tinhso.identity import api as identity

HOME = "/tai-khoan/ai-da-xem/noi-khac/"
SALT = "exchange.usage-entry"
MONTHS = {"3": 92, "12": 366, "36": 1096}
"""Days of each choice of months."""
SHOWN = 100


def _me(request: HttpRequest) -> tuple[UUID, str]:
    """The person and their number. Raises NotFound for an account without one."""
    actor = identity.actor_of(request)
    number = identity.personal_id(actor.id) if actor.id else ""
    if actor.id is None or not number:
        raise NotFound(_("Tài khoản này chưa có số định danh nên chưa tra được ở nơi khác."))
    return actor.id, number


def _since(request: HttpRequest, at: datetime) -> tuple[str, datetime]:
    months = request.GET.get("thang", "12")
    months = months if months in MONTHS else "12"
    return months, at - timedelta(days=MONTHS[months])


@never_cache
@access.person()
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every register is asked at once; who is late is asked again by the page itself.

    Whoever asks too often reads what is ours, and when to come back for the rest.
    """
    person, number = _me(request)
    at = moments.now()
    months, since = _since(request, at)
    wait: Unable | None = None
    told: list[Told] = []
    try:
        pacing.count(person, at=at)
    except pacing.TooManyLooks as refusal:
        wait = refusal
    else:
        told = asking.ask_all(asking.registers(), number, since=since, until=at)
    facts = {
        "title": _("Ai đã dùng dữ liệu của tôi ở các cơ quan khác"),
        "home": HOME,
        "months": [(value, int(value), value == months) for value in MONTHS],
        "own": [
            _row(one, register="")
            for one in answering.given_to_others(number, since=since, at=at, limit=SHOWN)
        ],
        "registers": [_register(one, months) for one in told],
        "wait": wait.message if wait else "",
        "rules": noting.published_rules(at),
        "disputes": disputing.of_person(person),
        "told": "da-gui" in request.GET,
    }
    return render(request, "exchange/public/data_log.html", facts, status=wait.status if wait else 200)


@never_cache
@access.person()
@require_safe
def again(request: HttpRequest, register_id: UUID) -> HttpResponse:
    """One register that was late or failed, asked with more patience: a piece of the page, or all of it."""
    person, number = _me(request)
    at = moments.now()
    months, since = _since(request, at)
    register = next((one for one in asking.registers() if one.id == register_id), None)
    if register is None:
        raise NotFound(_("Không có nơi này."))
    pacing.count(person, at=at)
    told = asking.ask_one(register, number, since=since, until=at)
    facts = {"one": _register(told, months), "home": HOME, "title": register.name}
    piece = request.GET.get("phan") == "1"
    template = "exchange/public/data_log_register.html" if piece else "exchange/public/data_log_one.html"
    return render(request, template, facts)


def _register(told: Told, months: str) -> dict[str, Any]:
    rows = [
        _row(
            {"at": one.at, "action": one.action, "code": one.code, "name": one.name, "system": one.system},
            register=told.register.name,
        )
        for one in told.usages
    ]
    return {
        "id": told.register.id,
        "name": told.register.name,
        "late": told.heard is Heard.LATE,
        "failed": told.heard is Heard.FAILED,
        "rows": rows,
        "more": max(0, told.total - len(rows)),
        "months": months,
    }


def _row(one: dict[str, Any], *, register: str) -> dict[str, Any]:
    entry = disputing.Entry(
        at=one["at"].isoformat(),
        action=one["action"][: noting.LONGEST],
        code=one["code"][: noting.LONGEST],
        name=one["name"][: noting.LONGEST],
        system=one["system"][: noting.LONGEST],
        register=register,
    )
    return {
        "at": moments.local(one["at"]),
        "action": entry.action,
        "by": ", ".join(part for part in (entry.name or entry.code, entry.system) if part),
        "mark": signing.dumps(msgspec.to_builtins(entry), salt=SALT, compress=True),
    }


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest) -> HttpResponse:
    """Say that an entry is wrong; the entry comes with our own signature, so that nothing was kept of it."""
    person, _number = _me(request)
    mark = (request.POST if request.method == "POST" else request.GET).get("muc", "")
    try:
        entry = msgspec.convert(signing.loads(mark, salt=SALT, max_age=86_400), disputing.Entry)
    except (signing.BadSignature, msgspec.ValidationError):
        raise NotFound(_("Mục này đã cũ. Hãy mở lại trang rồi chọn lại.")) from None
    fault: Unable | None = None
    if request.method == "POST":
        try:
            disputing.dispute(
                entry,
                words=request.POST.get("loi", ""),
                person_id=person,
                by=identity.actor_of(request),
                at=moments.now(),
            )
        except Unable as refusal:
            fault = refusal
        else:
            return HttpResponseRedirect(f"{HOME}?da-gui=1")
    facts = {
        "title": _("Phản ánh một lần dùng dữ liệu"),
        "home": HOME,
        "entry": entry,
        "at": moments.local(datetime.fromisoformat(entry.at)),
        "mark": mark,
        "fault": fault.message if fault else "",
        "words": request.POST.get("loi", "")[: disputing.LONGEST],
    }
    return render(request, "exchange/public/dispute.html", facts, status=fault.status if fault else 200)


urlpatterns = [
    path("tai-khoan/ai-da-xem/noi-khac/", page, name="data-log"),
    path("tai-khoan/ai-da-xem/noi-khac/phan-anh/", dispute, name="data-log-dispute"),
    path("tai-khoan/ai-da-xem/noi-khac/<uuid:register_id>/", again, name="data-log-again"),
]
