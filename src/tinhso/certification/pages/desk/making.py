"""Making a certified copy: whose, which original, its scan, who signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.certification.contracts import Original
from tinhso.certification.operations.preparing import competent, prepare, signers
from tinhso.certification.pages.desk.navigation import LIST
from tinhso.certification.permissions import PREPARE
from tinhso.directory import api as directory
from tinhso.foundation import access, files, ids, legal, moments, text
from tinhso.foundation.errors import Invalid, NotAllowed, Unable
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.foundation.text import format_money
from tinhso.foundation.text.unreadable import Unreadable
from tinhso.identity import api as identity
from tinhso.ui.api import DateBoxes, DateField
from tinhso.vault import api as vault

FIELD = "tep"
WORDS = ("can-cuoc", "ho-ten", "loai", "ten", "so", "noi-cap", "nguoi-ky")


@dataclass(frozen=True, slots=True)
class Visit:
    """The officer at this page, with the unit they act for, and its agency."""

    actor: ActorRef
    agency: UUID
    at: datetime


@never_cache
@access.officer(PREPARE)
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """One page: the person, the original, the scan. What was typed and sent stays through every fault."""
    visit = _visit(request)
    if request.method != "POST":
        return _drawn(request, visit, {})
    sent = files.sent(request, FIELD, by=visit.actor, at=visit.at)
    scans = [*_kept(request, visit.actor), *(each.id for each in sent.files)]
    if request.POST.get("viec") == "tim":
        return _looked_up(request, visit, scans)
    faults = {FIELD: " ".join(sent.faults)} if sent.faults else {}
    issued, fault = _day(request, "cap")
    faults |= {"cap": fault} if fault else {}
    last, fault = _day(request, "het")
    faults |= {"het": fault} if fault else {}
    owner, owner_faults = _owner(request, visit, dry=bool(faults))
    faults |= owner_faults
    if owner is None or faults:
        return _drawn(request, visit, faults, scans=scans)
    original = Original(
        kind=request.POST.get("loai", ""),
        title=request.POST.get("ten", ""),
        number=request.POST.get("so", ""),
        issuer=request.POST.get("noi-cap", ""),
        issued_on=issued,
        valid_to=last + timedelta(days=1) if last else None,
    )
    try:
        made = prepare(
            owner=owner,
            original=original,
            scans=scans,
            seen=request.POST.get("da-xem") == "1",
            signer=ids.read(request.POST.get("nguoi-ky", "")) or UUID(int=0),
            by=visit.actor,
            at=visit.at,
        )
    except Invalid as refused:
        return _drawn(request, visit, refused.faults or {"": refused.message}, scans=scans)
    except files.FileRefused as refused:
        return _drawn(request, visit, {FIELD: refused.message}, scans=scans)
    return HttpResponseRedirect(f"{LIST}{made}/?xong=lap")


def _visit(request: HttpRequest) -> Visit:
    """Raises NotAllowed, NotCompetent."""
    at = moments.now()
    actor = identity.acting_as(identity.actor_of(request), PREPARE, None, at)
    if actor is None or actor.unit is None:
        raise NotAllowed(_("Tài khoản này không lập được bản sao chứng thực."))
    agency = directory.unit(actor.unit).agency_id
    competent(agency, on=today(at))
    return Visit(actor, agency, at)


def _kept(request: HttpRequest, actor: ActorRef) -> list[UUID]:
    """Scans sent with an earlier try of this form; only the officer's own."""
    named = [found for found in map(ids.read, request.POST.getlist("da-gui")) if found]
    own = files.kept_by(named, actor)
    return [each for each in named if each in own]


def _owner(request: HttpRequest, visit: Visit, *, dry: bool) -> tuple[OwnerRef | None, dict[str, str]]:
    """The person of the typed number, registered when nobody has it; nothing is registered when `dry`."""
    name = text.normal(request.POST.get("ho-ten", ""))
    try:
        number = text.personal_id(request.POST.get("can-cuoc", ""))
        known = identity.find_person(number)
    except Unreadable as fault:
        return None, {"can-cuoc": str(fault)}
    if known is not None:
        identity.look(visit.actor, known, _("Chứng thực bản sao"), None, visit.at)
        return OwnerRef("person", known), {}
    if not name:
        return None, {"ho-ten": _("Hãy nhập họ và tên, đúng như trong căn cước.")}
    if dry or not _complete(request):
        return OwnerRef("person", UUID(int=0)), {}
    facts = identity.PersonFacts(full_name=name, personal_id=number)
    made = identity.register_person(facts=facts, source="counter", by=visit.actor, at=visit.at)
    return OwnerRef("person", made), {}


def _complete(request: HttpRequest) -> bool:
    """Whether the rest of the form can stand, so that nobody is registered for nothing."""
    return bool(request.POST.get("loai") and request.POST.get("ten") and request.POST.get("da-xem"))


def _day(request: HttpRequest, name: str) -> tuple[date | None, str]:
    typed = DateBoxes().value_from_datadict(request.POST, request.FILES, name)
    try:
        found = DateField(required=False).clean(typed)
    except ValidationError as fault:
        return None, fault.messages[0]
    if found is not None and not 1900 < found.year < 2200:
        return None, _("Hãy nhập năm đủ bốn chữ số. Ví dụ: 2024.")
    return found, ""


def _looked_up(request: HttpRequest, visit: Visit, scans: list[UUID]) -> HttpResponse:
    """The name behind a number, with a trace of the look."""
    try:
        known = identity.find_person(request.POST.get("can-cuoc", ""))
    except Unreadable as fault:
        return _drawn(request, visit, {"can-cuoc": str(fault)}, scans=scans)
    if known is None:
        words = _("Chưa có người này trong hệ thống. Hãy nhập họ và tên theo căn cước.")
        return _drawn(request, visit, {}, scans=scans, said=words)
    identity.look(visit.actor, known, _("Chứng thực bản sao"), None, visit.at)
    name = identity.names([known]).get(known, "")
    return _drawn(request, visit, {}, scans=scans, known=name)


def _drawn(
    request: HttpRequest,
    visit: Visit,
    faults: dict[str, str],
    *,
    scans: list[UUID] | None = None,
    known: str = "",
    said: str = "",
) -> HttpResponse:
    day = today(visit.at)
    typed = {name.replace("-", "_"): request.POST.get(name, "") for name in WORDS}
    rule = legal.value("certification_fee", on=day)
    targets = {"cap": "cap-day", "het": "het-day"}
    described = files.describe(scans or [])
    facts: dict[str, Any] = {
        "title": _("Chứng thực bản sao từ bản chính"),
        "faults": {name.replace("-", "_"): sentence for name, sentence in faults.items()},
        "errors": bool(faults),
        "links": [
            {"text": sentence, "href": f"#{targets.get(name, name)}"} if name else {"text": sentence}
            for name, sentence in faults.items()
        ],
        "typed": typed | ({"ho_ten": known} if known else {}),
        "known": bool(known),
        "said": said,
        "kinds": [
            ("", _("Chọn loại giấy tờ")),
            *((kind.code, kind.name) for kind in vault.kinds(on=day)),
        ],
        "signers": [("", _("Chọn người ký")), *_choices(visit)],
        "issued": {part: request.POST.get(f"cap-{part}", "") for part in ("day", "month", "year")},
        "last": {part: request.POST.get(f"het-{part}", "") for part in ("day", "month", "year")},
        "seen": request.POST.get("da-xem") == "1",
        "scans": [described[each] for each in scans or [] if each in described],
        "fee": _("%(each)s một trang; từ trang thứ %(next)d: %(further)s. Nhiều nhất %(most)s một bản.")
        % {
            "each": format_money(rule["each"]),
            "next": rule["first_pages"] + 1,
            "further": format_money(rule["further"]),
            "most": format_money(rule["most"]),
        },
    }
    return render(request, "certification/desk/make.html", facts, status=422 if faults else 200)


def _choices(visit: Visit) -> list[tuple[str, str]]:
    try:
        return [(str(id), name) for id, name in signers(visit.agency, at=visit.at).items()]
    except Unable:
        return []
