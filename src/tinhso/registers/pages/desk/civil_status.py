"""An officer asks the register of civil status through the exchange, and reads what it says."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.exchange import api as exchange
from tinhso.foundation import access, ids, moments
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.ids import new_id
from tinhso.identity import api as identity
from tinhso.registers.civil_status import Person
from tinhso.registers.operations import inquiring
from tinhso.registers.pages.desk.navigation import HOME

BOXES = ("so-dinh-danh", "ho-ten", "muc-dich", "ma-ho-so")
FACTS = {
    "personal_id": gettext_noop("Số định danh"),
    "name": gettext_noop("Họ và tên"),
    "birth": gettext_noop("Ngày sinh"),
    "gender": gettext_noop("Giới tính"),
    "birth_place": gettext_noop("Nơi sinh"),
    "ethnicity": gettext_noop("Dân tộc"),
    "nationality": gettext_noop("Quốc tịch"),
    "marital": gettext_noop("Tình trạng hôn nhân"),
    "spouse": gettext_noop("Vợ hoặc chồng"),
    "father": gettext_noop("Họ tên cha"),
    "mother": gettext_noop("Họ tên mẹ"),
}
"""What is shown of a person, and how it is called."""


@never_cache
@access.officer("registers.inquire")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Number, name, purpose, dossier; then the answer's own page."""
    if request.method != "POST":
        return _form(request)
    typed = {box: request.POST.get(box, "")[:500] for box in BOXES}
    wanted = inquiring.Wanted(
        personal_id=typed["so-dinh-danh"],
        name=typed["ho-ten"],
        purpose=typed["muc-dich"],
        dossier=typed["ma-ho-so"],
        key=ids.read(request.POST.get("luot", "")) or new_id(),
    )
    try:
        found = inquiring.inquire(wanted, by=identity.actor_of(request), at=moments.now())
    except Unable as refusal:
        return _form(request, fault=refusal)
    return HttpResponseRedirect(f"{HOME}{found}/")


def _form(request: HttpRequest, *, fault: Unable | None = None) -> HttpResponse:
    faults = dict(fault.faults) if isinstance(fault, Invalid) else {}
    given = request.POST if request.method == "POST" else request.GET
    facts = {
        "title": _("Tra cứu hộ tịch"),
        "typed": {
            "so_dinh_danh": given.get("so-dinh-danh", ""),
            "ho_ten": given.get("ho-ten", ""),
            "muc_dich": given.get("muc-dich", ""),
            "ma_ho_so": given.get("ma-ho-so", given.get("ho-so", "")),
        },
        "faults": {box.replace("-", "_"): faults.get(box, "") for box in BOXES},
        "links": [{"text": words, "href": f"#{box}"} for box, words in faults.items()],
        "fault": fault.message if fault and not faults else "",
        "message_id": str(fault.facts.get("message_id", "")) if fault else "",
        "may_log": _may_log(request),
        "key": given.get("luot", "") if faults else new_id(),
        "home": HOME,
    }
    return render(request, "registers/desk/civil_status.html", facts, status=fault.status if fault else 200)


def _may_log(request: HttpRequest) -> bool:
    return identity.somewhere(identity.actor_of(request), "exchange.read_log", moments.now())


@never_cache
@access.officer("registers.inquire")
@require_safe
def answered(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """What the register said, for who asked, for a day; with the ids by which the log proves it."""
    try:
        found = inquiring.answer(message_id, by=identity.actor_of(request))
    except (exchange.AnswerForgotten, inquiring.WrongPerson) as refusal:
        return _form(request, fault=refusal)
    facts = {
        "title": _("Kết quả tra cứu hộ tịch"),
        "home": HOME,
        "answer": found,
        "at": moments.local(found.at),
        "rows": _rows(found.data),
        "entries": found.data.entries if found.data else (),
        "log": f"{exchange.LOG}?{urlencode({'yeu-cau': found.request_id})}" if found.request_id else "",
        "may_log": _may_log(request),
    }
    return render(request, "registers/desk/civil_status_answer.html", facts)


def _rows(person: Person | None) -> list[tuple[str, str]]:
    if person is None:
        return []
    return [(_(words), value) for name, words in FACTS.items() if (value := getattr(person, name))]
