"""How one wants to be told: a person's channels and devices, an officer's kinds of messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.foundation import access, legal, moments
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.refs import OwnerRef, SubjectRef
from tinhso.foundation.text import mask
from tinhso.identity import api as identity
from tinhso.notify import queries
from tinhso.notify.carriers import vapid
from tinhso.notify.choosing import ON, offered, wishes_of
from tinhso.notify.contracts import Channel, Choice, Following, Readers
from tinhso.notify.kinds import kinds, kinds_for
from tinhso.notify.operations import browsers, preferences

PERSONS, OFFICERS = "/cua-toi/nhan-tin/", "/can-bo/nhan-tin/"
SHOWN_CHANGES = 20


def _owner(request: HttpRequest) -> OwnerRef:
    owner = identity.applicant_of(request)
    if owner is None:
        raise NotAllowed(_("Hãy đăng nhập để xem trang này."))
    return owner


def _own_account(request: HttpRequest) -> SubjectRef:
    actor = identity.actor_of(request)
    if actor.id is None:
        raise NotAllowed(_("Hãy đăng nhập lại."))
    return SubjectRef(kind="account", id=actor.id)


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def persons(request: HttpRequest) -> HttpResponse:
    """A person's channels for each kind of message; the devices; what was chosen before."""
    owner, at = _owner(request), moments.now()
    if request.method == "POST":
        wanted = {
            (kind.name, channel.value): f"{kind.name}.{channel.value}" in request.POST
            for kind in kinds_for(Readers.PERSONS)
            for channel in offered()
        }
        preferences.choose(
            account=owner.id, wanted=wanted, by=identity.actor_of(request), on=_own_account(request), at=at
        )
        return HttpResponseRedirect(f"{PERSONS}?xong=luu")
    return render(request, "notify/persons.html", _persons_facts(request, owner, at))


def _persons_facts(request: HttpRequest, owner: OwnerRef, at: datetime) -> dict[str, Any]:
    quiet = legal.value("notice_quiet_hours", on=moments.today(at))
    return {
        "title": _("Nhận tin"),
        "groups": _groups(owner, at),
        "hints": _hints(owner),
        "quiet": {"start": quiet["from"], "end": quiet["to"]},
        "devices": queries.devices(account=owner.id),
        "server_key": vapid.public_key(),
        "changes": _changes(queries.choices(account=owner.id)),
        "done": {
            "luu": _("Đã lưu cách nhận tin."),
            "bat": _("Máy này sẽ hiện thông báo."),
            "tat": _("Máy đó không hiện thông báo nữa."),
        }.get(request.GET.get("xong", ""), ""),
    }


def _groups(owner: OwnerRef, at: datetime) -> list[dict[str, Any]]:
    wishes = wishes_of([owner.id])
    usual = legal.value("notice_default_channels", on=moments.today(at))
    return [
        {
            "name": kind.name,
            "label": {"text": kind.label, "classes": "govuk-fieldset__legend--s"},
            "hint": kind.hint,
            "items": [
                {
                    "name": f"{kind.name}.{channel.value}",
                    "id": f"{kind.name}-{channel.value}",
                    "value": "1",
                    "text": _NAMES[channel](),
                    "checked": (wishes.setting(owner.id, kind.name, channel.value) or "") == ON
                    or (
                        not wishes.setting(owner.id, kind.name, channel.value)
                        and usual.get(channel.value, False)
                    ),
                }
                for channel in offered()
            ],
        }
        for kind in kinds_for(Readers.PERSONS)
    ]


_NAMES = {
    Channel.MAIL: lambda: _("Thư điện tử"),
    Channel.SMS: lambda: _("Tin nhắn SMS"),
    Channel.ZALO: lambda: _("Zalo"),
    Channel.PUSH: lambda: _("Thông báo trên máy"),
}


def _hints(owner: OwnerRef) -> list[tuple[str, str]]:
    """Where messages go, half hidden: the page may be open before others."""
    if owner.kind != "person":
        return []
    me = identity.person(owner.id)
    name, at, host = me.email.partition("@")
    mail = f"{name[:2]}•••{at}{host}" if me.email else _("chưa có")
    number = mask(me.phone) if me.phone else _("chưa có")
    return [(_("Điện thoại"), number), (_("Thư điện tử"), mail)]


def _changes(chosen: tuple[Choice, ...]) -> list[dict[str, Any]]:
    words = {"on": _("bật"), "off": _("tắt")}
    return [
        {
            "at": choice.since,
            "kind": kinds.get(choice.kind).label if choice.kind in kinds else choice.kind,
            "channel": _NAMES[Channel(choice.channel)]() if choice.channel else "",
            "what": words.get(choice.setting)
            or (Following(choice.setting).label if choice.setting in set(Following) else choice.setting),
        }
        for choice in chosen[:SHOWN_CHANGES]
    ]


@access.person()
@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """This browser shows messages from now on."""
    browsers.subscribe(
        account=_owner(request).id,
        endpoint=request.POST.get("endpoint", ""),
        p256dh=request.POST.get("p256dh", ""),
        auth=request.POST.get("auth", ""),
        label=_device(request.headers.get("User-Agent", "")),
        by=identity.actor_of(request),
        on=_own_account(request),
        at=moments.now(),
    )
    return HttpResponseRedirect(f"{PERSONS}?xong=bat#may")


@access.person()
@require_POST
def unsubscribe(request: HttpRequest, browser: UUID) -> HttpResponse:
    """A browser shows no more messages."""
    browsers.unsubscribe(
        account=_owner(request).id,
        browser_id=browser,
        by=identity.actor_of(request),
        on=_own_account(request),
        at=moments.now(),
    )
    return HttpResponseRedirect(f"{PERSONS}?xong=tat#may")


def _device(agent: str) -> str:
    return identity.system_of(agent) or _("Máy khác")


@never_cache
@access.officer()
@require_http_methods(["GET", "HEAD", "POST"])
def officers(request: HttpRequest) -> HttpResponse:
    """Which messages of each kind an officer wants."""
    account, at = _own_account(request), moments.now()
    if request.method == "POST":
        levels = {level.value for level in Following}
        wanted = {
            kind.name: Following(given)
            for kind in kinds_for(Readers.OFFICERS)
            if (given := request.POST.get(kind.name, "")) in levels
        }
        preferences.follow(
            officer=account.id, wanted=wanted, by=identity.actor_of(request), on=account, at=at
        )
        return HttpResponseRedirect(f"{OFFICERS}?xong=luu")
    wishes = wishes_of([account.id])
    facts = {
        "title": _("Chọn tin báo"),
        "groups": [
            {
                "name": kind.name,
                "label": {"text": kind.label, "classes": "govuk-fieldset__legend--s"},
                "hint": kind.hint,
                "items": [
                    {
                        "value": level.value,
                        "text": level.label,
                        "checked": wishes.following(account.id, kind.name) is level,
                    }
                    for level in Following
                ],
            }
            for kind in kinds_for(Readers.OFFICERS)
        ],
        "changes": _changes(queries.choices(account=account.id)),
        "done": _("Đã lưu.") if request.GET.get("xong") else "",
    }
    return render(request, "notify/officers.html", facts)
