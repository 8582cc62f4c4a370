"""An officer signs in: password, then a code or a passkey; the first time, setting the second factor up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.foundation import access, moments
from tinhso.foundation.errors import Unable
from tinhso.foundation.refs import ActorKind, ActorRef
from tinhso.identity import messenger
from tinhso.identity.models import Account
from tinhso.identity.pages import ways
from tinhso.identity.pages.forms import CodeForm, PasswordForm
from tinhso.identity.signin import attempts, factors, passwords, sessions
from tinhso.identity.signin.adapter import Adapter
from tinhso.identity.visiting import visitor_of

KEY = "signing_in"
DRAFT = "totp_draft"
AFTER = "/can-bo/"
START = "/can-bo/dang-nhap/"
MINUTES = 10
NOT_YET = access.anyone(reason="nobody is signed in before signing in")


@access.anyone(reason="a short way to the officer's door")
@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """The officer's door has one address."""
    return HttpResponseRedirect(START)


@never_cache
@NOT_YET
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """First factor."""
    back = ways.safe(request, request.GET.get("tiep", ""), AFTER)
    if visitor_of(request).actor.kind is ActorKind.OFFICER:
        return HttpResponseRedirect(back)
    form = PasswordForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _second(request, form, back)
            except Unable as fault:
                form.add_error("password", fault.message)
                status = fault.status
    facts = {
        "title": _("Đăng nhập dành cho cán bộ"),
        "form": form,
        "errors": form.errors,
        "expired": request.GET.get("het-phien") == "1",
        "submit": _("Đăng nhập"),
    }
    return render(request, "identity/password.html", facts, status=status)


def _second(request: HttpRequest, form: PasswordForm, back: str) -> HttpResponse:
    at = moments.now()
    account = passwords.verify(
        request, login=form.cleaned_data["login"], password=form.cleaned_data["password"], at=at
    )
    request.session.cycle_key()
    request.session[KEY] = {"account": str(account.id), "back": back, "at": at.timestamp()}
    return HttpResponseRedirect("/can-bo/dang-nhap/ma/" if factors.methods(account.id) else SETTING_UP)


SETTING_UP = "/can-bo/dang-nhap/cai-dat/"


def _under_way(request: HttpRequest, at: datetime) -> Account | None:
    """Who gave the right password in this browser a moment ago."""
    kept = request.session.get(KEY)
    if not isinstance(kept, dict) or at.timestamp() - float(kept["at"]) > MINUTES * 60:
        return None
    return Account.objects.filter(id=kept["account"], is_active=True).first()


def _admit(request: HttpRequest, account: Account, how: str, at: datetime) -> str:
    """Sign in after both factors; where to go."""
    back = str(request.session[KEY]["back"])
    onward = ways.onward(request, account.id, back, at)
    sessions.begin_officer(request, account, factors=f"password+{how}", at=at)
    return onward


def _known(request: HttpRequest, answer: HttpResponse, account: Account, at: datetime) -> HttpResponse:
    new = attempts.succeeded(request, answer, account.login or "", account.id, at)
    if new:
        messenger.tell(
            to=account.id,
            template="identity.new_device",
            facts={"address": sessions.address_of(request), "agent": sessions.agent_of(request)},
            by=visitor_of(request).actor,
            at=at,
        )
    return answer


@never_cache
@NOT_YET
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Second factor by code; the page offers the passkey as well."""
    at = moments.now()
    account = _under_way(request, at)
    if account is None:
        return HttpResponseRedirect(START)
    methods = factors.methods(account.id)
    if not methods:
        return HttpResponseRedirect(SETTING_UP)
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                attempts.check(request, account.login or "", account.id, at)
                if factors.verify_code(account.id, form.cleaned_data["code"], at):
                    onward = _admit(request, account, factors.TOTP, at)
                    return _known(request, HttpResponseRedirect(onward), account, at)
                attempts.failed(request, account.login or "", account.id, at)
                form.add_error("code", _("Mã chưa đúng hoặc đã dùng. Hãy chờ mã mới rồi nhập lại."))
            except Unable as fault:
                form.add_error("code", fault.message)
                status = fault.status
    facts = {
        "title": _("Xác nhận đăng nhập"),
        "form": form,
        "errors": form.errors,
        "methods": methods,
        "submit": _("Xác nhận"),
    }
    return render(request, "identity/code.html", facts, status=status)


@never_cache
@NOT_YET
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """The first sign-in: bind an authenticator, then go in."""
    at = moments.now()
    account = _under_way(request, at)
    if account is None or factors.methods(account.id):
        return HttpResponseRedirect(START)
    secret = request.session.setdefault(DRAFT, factors.new_secret())
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            owner = ActorRef(kind=ActorKind.OFFICER, id=account.id, name=account.login or "")
            try:
                attempts.check(request, account.login or "", account.id, at)
                factors.set_up_totp(account, secret=secret, code=form.cleaned_data["code"], by=owner, at=at)
                onward = _admit(request, account, factors.TOTP, at)
                return _known(request, HttpResponseRedirect(onward), account, at)
            except Unable as fault:
                attempts.failed(request, account.login or "", account.id, at)
                form.add_error("code", fault.message)
                status = fault.status
    address = Adapter().build_totp_url(account, secret)
    drawing = segno.make(address).svg_inline(scale=5, border=2)
    facts = {
        "title": _("Đặt lớp xác thực thứ hai"),
        "form": form,
        "errors": form.errors,
        "groups": [secret[i : i + 4] for i in range(0, len(secret), 4)],
        "drawing": mark_safe(drawing),  # noqa: S308 - drawn by segno from our own address
        "submit": _("Xác nhận"),
    }
    return render(request, "identity/set_up.html", facts, status=status)


@never_cache
@NOT_YET
@require_POST
def passkey_question(request: HttpRequest) -> HttpResponse:
    """What the browser needs to ask for the passkey."""
    account = _under_way(request, moments.now())
    if account is None or factors.PASSKEY not in factors.methods(account.id):
        return JsonResponse({"detail": _("Hãy nhập lại mật khẩu.")}, status=409)
    return JsonResponse(factors.begin_passkey_sign_in(request, account))


@never_cache
@NOT_YET
@require_POST
def passkey_answer(request: HttpRequest) -> HttpResponse:
    """Second factor by passkey."""
    at = moments.now()
    account = _under_way(request, at)
    if account is None:
        return JsonResponse({"detail": _("Hãy nhập lại mật khẩu.")}, status=409)
    try:
        attempts.check(request, account.login or "", account.id, at)
        factors.finish_passkey_sign_in(request, account, given(request), at)
    except Unable as fault:
        attempts.failed(request, account.login or "", account.id, at)
        return JsonResponse({"detail": fault.message}, status=fault.status)
    onward = _admit(request, account, factors.PASSKEY, at)
    return _known(request, JsonResponse({"onward": onward}), account, at)


def given(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request; empty for anything else."""
    try:
        found = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
