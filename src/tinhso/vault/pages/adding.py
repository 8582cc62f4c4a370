"""Putting a paper of one's own into the vault, for next time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.foundation import access, files, moments
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.identity import api as identity
from tinhso.ui.api import DateBoxes, DateField
from tinhso.vault.kinds import kinds
from tinhso.vault.operations.documents import keep_upload
from tinhso.vault.pages.whose import owner_of
from tinhso.vault.pages.words import ROOT

FIELD = "tep"


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """What it is, and a photo or file of it."""
    if request.method != "POST":
        return _drawn(request, {})
    at, by = moments.now(), identity.actor_of(request)
    sent = files.sent(request, FIELD, by=by, at=at)
    faults = {FIELD: " ".join(sent.faults)} if sent.faults else {}
    last, date_fault = _last_day(request)
    if date_fault:
        faults["het"] = date_fault
    if not sent.files and not sent.faults:
        faults[FIELD] = _("Hãy chụp ảnh hoặc chọn tệp giấy tờ.")
    if not faults:
        try:
            ids = [each.id for each in sent.files]
            kept = ids[0] if len(ids) == 1 else files.join(ids, name=_title(request), by=by, at=at).id
            keep_upload(
                owner=owner_of(request),
                file_id=kept,
                kind=request.POST.get("loai", ""),
                title=request.POST.get("ten", ""),
                number=request.POST.get("so", ""),
                valid_to=last + timedelta(days=1) if last else None,
                by=by,
                at=at,
            )
        except Invalid as fault:
            faults = fault.faults or {FIELD: fault.message}
    return _drawn(request, faults) if faults else HttpResponseRedirect(f"{ROOT}?xong=cat")


def _title(request: HttpRequest) -> str:
    return request.POST.get("ten", "").strip()[:100] or _("Giấy tờ")


def _last_day(request: HttpRequest) -> tuple[date | None, str]:
    """The last day on which the paper may be used, and what is wrong with what was typed."""
    typed = DateBoxes().value_from_datadict(request.POST, request.FILES, "het")
    try:
        found = DateField(required=False).clean(typed)
    except ValidationError as fault:
        return None, fault.messages[0]
    if found is not None and not 1900 < found.year < 2200:
        return None, _("Hãy nhập năm đủ bốn chữ số. Ví dụ: 2024.")
    return found, ""


def _drawn(request: HttpRequest, faults: dict[str, str]) -> HttpResponse:
    ids = {"loai": "loai", "ten": "ten", FIELD: FIELD, "het": "het-day"}
    typed = {name: request.POST.get(name, "") for name in ("loai", "ten", "so")}
    context: dict[str, Any] = {
        "title": _("Cất giấy tờ vào kho"),
        "faults": faults,
        "errors": bool(faults),
        "links": [(ids.get(name, name), sentence) for name, sentence in faults.items()],
        "kinds": [
            ("", _("Chọn loại giấy tờ")),
            *((kind.code, kind.name) for kind in kinds(on=today(moments.now()))),
        ],
        "typed": typed,
        "last": {part: request.POST.get(f"het-{part}", "") for part in ("day", "month", "year")},
    }
    return render(request, "vault/add.html", context, status=422 if faults else 200)
