"""The counter: a procedure is chosen; person, form and papers on one page; taken in and accepted at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.dossiers import asked_papers
from tinhso.dossiers.capacities import PROOF
from tinhso.dossiers.contracts import Applicant, Via
from tinhso.dossiers.operations.submission import Submission
from tinhso.dossiers.pages.desk import deciding, entering, lending, receiving
from tinhso.dossiers.pages.desk.standing import StandingForm
from tinhso.dossiers.pages.desk.visiting import LIST, visit
from tinhso.forms import api as forms
from tinhso.foundation import access, text
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text.unreadable import Unreadable
from tinhso.identity import api as identity
from tinhso.identity.api import Capacity
from tinhso.procedures import api as procedures
from tinhso.ui.api import DateField
from tinhso.vault import api as vault

START = "/can-bo/tiep-nhan/"
PARCEL, PARCEL_NUMBER = "ma-buu-gui", re.compile(r"[A-Z0-9]{6,30}")


class PersonForm(django_forms.Form):
    """Whose dossier it is. The number finds them when they are known.

    A child may have no number yet; an organisation has its tax code there.
    """

    personal_id = django_forms.CharField(
        label=gettext_lazy("Số căn cước"),
        max_length=30,
        error_messages={"required": gettext_lazy("Hãy nhập số căn cước, 12 chữ số.")},
    )
    full_name = django_forms.CharField(
        label=gettext_lazy("Họ và tên"),
        max_length=200,
        error_messages={"required": gettext_lazy("Hãy nhập họ và tên, đúng như trong căn cước.")},
    )
    birth_date = DateField(label=gettext_lazy("Ngày sinh"), required=False)
    phone = django_forms.CharField(label=gettext_lazy("Điện thoại"), max_length=30, required=False)
    email = django_forms.EmailField(label=gettext_lazy("Thư điện tử"), required=False)
    address = django_forms.CharField(label=gettext_lazy("Nơi cư trú"), max_length=500, required=False)

    def __init__(self, *args: Any, capacity: Capacity = Capacity.OWN, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.capacity = capacity
        self.fields["personal_id"].required = capacity is not Capacity.CHILD

    def clean_personal_id(self) -> str:
        """Twelve digits in any grouping, or an organisation's tax code."""
        typed = self.cleaned_data["personal_id"].strip()
        if self.capacity is Capacity.ORGANISATION or not typed:
            return str(typed)
        try:
            return text.personal_id(self.cleaned_data["personal_id"])
        except Unreadable as fault:
            raise django_forms.ValidationError(str(fault)) from None


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper asked for, with what was counted and what is wrong."""

    asked: procedures.PaperAsked
    originals: str
    copies: str
    fault: str
    offers: tuple[vault.DocumentView, ...] = ()
    chosen: str = ""


@never_cache
@access.officer("dossiers.submit")
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Find the procedure."""
    _actor, at = visit(request)
    q = request.GET.get("q", "").strip()[:200]
    facts = {
        "title": _("Tiếp nhận tại quầy"),
        "q": q,
        "found": procedures.find(q, at=at, limit=12) if q else (),
    }
    return render(request, "dossiers/desk/counter_choose.html", facts)


@never_cache
@access.officer("dossiers.submit")
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """One page for everything; `viec=tim` only looks the person up and fills what is known, `viec=kho` opens
    the person's vault with their consent."""
    actor, at = visit(request)
    version = procedures.published(code=code, at=at)
    answers = _read(request, version, at)
    standing = StandingForm(request.POST or None, procedure=code, at=at)
    if request.method != "POST":
        return _page(request, version, PersonForm(), standing, answers, {}, at=at, status=200)
    if request.POST.get("viec") == "co-quan":
        typed = {name: request.POST.get(name, "") for name in PersonForm.base_fields}
        return _page(request, version, PersonForm(initial=typed), standing, answers, {}, at=at, status=200)
    if request.POST.get("viec") == "tim":
        person, answers = _looked_up(request, version, answers, actor=actor, at=at)
        return _page(request, version, person, standing, answers, {}, at=at, status=200)
    if request.POST.get("viec") == lending.ASK:
        return _lent(request, version, standing, answers, actor=actor, at=at)
    person = PersonForm(request.POST, capacity=standing.chosen)
    if not all([person.is_valid(), standing.is_valid()]):
        return _page(request, version, person, standing, answers, {}, at=at, status=422)
    try:
        given = _submission(request, version, person, standing, answers, actor=actor, at=at)
        taken = entering.take_in(request, given, by=actor, at=at)
    except Invalid as fault:
        faults = fault.faults or {"": fault.message}
        return _page(request, version, person, standing, answers, faults, at=at, status=422)
    except Unable as fault:
        return _page(
            request, version, person, standing, answers, {"": fault.message}, at=at, status=fault.status
        )
    return HttpResponseRedirect(f"{LIST}{taken.filed.code}/?xong=tiep-nhan&ma={taken.filed.code}")


def _lent(
    request: HttpRequest,
    version: procedures.VersionView,
    standing: StandingForm,
    answers: dict[str, Any],
    *,
    actor: ActorRef,
    at: datetime,
) -> HttpResponse:
    """The page again, with the documents of the person's vault at the papers they serve for."""
    person = PersonForm(initial={name: request.POST.get(name, "") for name in PersonForm.base_fields})
    try:
        offers = lending.offered(request.POST, version, by=actor, at=at)
    except Invalid as fault:
        return _page(request, version, person, standing, answers, fault.faults, at=at, status=422)
    return _page(request, version, person, standing, answers, {}, at=at, status=200, offers=offers)


def _read(request: HttpRequest, version: procedures.VersionView, at: datetime) -> dict[str, Any]:
    """The answers as typed, page by page."""
    answers: dict[str, Any] = {}
    if request.method != "POST" or version.form_version_id is None:
        return answers
    for page in forms.definition(version.form_version_id).pages:
        answers = forms.read_page(version.form_version_id, page.name, request.POST, answers=answers, at=at)
    return answers


def _looked_up(
    request: HttpRequest,
    version: procedures.VersionView,
    answers: dict[str, Any],
    *,
    actor: ActorRef,
    at: datetime,
) -> tuple[PersonForm, dict[str, Any]]:
    """The person of the typed number, with a trace of the look; the form says so when nobody is known."""
    typed = {name: request.POST.get(name, "") for name in PersonForm.base_fields}
    form = PersonForm(initial=typed)
    try:
        found = identity.find_person(request.POST.get("personal_id", ""))
    except Unreadable as fault:
        form = PersonForm(request.POST)
        form.is_valid()
        form.errors.clear()
        form.add_error("personal_id", str(fault))
        return form, answers
    if found is None:
        return form, answers
    identity.look(actor, found, _("Tiếp nhận hồ sơ tại quầy"), None, at)
    known = identity.person(found)
    initial = {
        "personal_id": identity.personal_id(found),
        "full_name": known.full_name,
        "birth_date": known.birth_date,
        "phone": known.phone,
        "email": known.email,
        "address": known.address,
    }
    if version.form_version_id and not any(answers.values()):
        account = {name: initial[name] for name in ("full_name", "personal_id", "phone", "email")}
        born = known.birth_date.isoformat() if known.birth_date else ""
        answers = forms.prefill(
            version.form_version_id, _facts(request, {**account, "birth_date": born})
        ).answers
    return PersonForm(initial=initial), answers


def _facts(request: HttpRequest, applicant: dict[str, Any]) -> dict[str, Any]:
    """What the form is filled with: who stands there, when it is somebody else, and whose it is."""
    if not request.POST.get("capacity"):
        return {"account": applicant, "applicant": applicant}
    filer = {
        "full_name": request.POST.get("filer_name", ""),
        "personal_id": request.POST.get("filer_number", ""),
        "phone": request.POST.get("filer_phone", ""),
    }
    return {"account": filer, "applicant": applicant}


def _submission(
    request: HttpRequest,
    version: procedures.VersionView,
    person: PersonForm,
    standing: StandingForm,
    answers: dict[str, Any],
    *,
    actor: ActorRef,
    at: datetime,
) -> Submission:
    given = person.cleaned_data
    place = deciding.read(request, version, actor, at)
    codes = [PROOF, *(paper.code for paper in version.papers)]
    papers = receiving.given(request, codes, actor=actor, at=at)
    scan = next((paper.file_id for paper in papers if paper.code == PROOF), None)
    applicant = Applicant(
        name=text.normal(given["full_name"]),
        kind="organisation" if standing.chosen is Capacity.ORGANISATION else "person",
        personal_id=given["personal_id"],
        birth_date=given["birth_date"],
        phone=given["phone"].strip(),
        email=given["email"].strip(),
        address=given["address"].strip(),
    )
    return Submission(
        version_id=version.id,
        agency_id=place.decides(),
        intake=place.own.id,
        collect=place.collects(),
        applicant=applicant,
        answers=answers,
        papers=tuple(paper for paper in papers if paper.code != PROOF),
        via=Via.COUNTER,
        parcel=_parcel(request),
        key=request.POST.get("key", "") or new_id().hex,
        filer=standing.filer(applicant, scan=scan, actor=actor),
        members=standing.others(),
        identity_paper=standing.cleaned_data["identity_paper"],
    )


def _parcel(request: HttpRequest) -> str:
    """The number of the parcel in which the papers came. Raises Invalid for what is none."""
    typed = "".join(request.POST.get(PARCEL, "").upper().split())
    if typed and not PARCEL_NUMBER.fullmatch(typed):
        sentence = _("Mã bưu gửi có từ 6 đến 30 chữ cái và chữ số, in dưới mã vạch. Ví dụ: EM123456785VN.")
        raise Invalid(sentence, faults={PARCEL: sentence})
    return typed


def _page(
    request: HttpRequest,
    version: procedures.VersionView,
    person: PersonForm,
    standing: StandingForm,
    answers: dict[str, Any],
    faults: dict[str, str],
    *,
    at: datetime,
    status: int,
    offers: lending.Offers | None = None,
) -> HttpResponse:
    actor, _now = visit(request)
    place = deciding.read(request, version, actor, at)
    looking = request.POST.get("viec") == "tim"
    rows = [
        PaperRow(
            asked=paper,
            originals=request.POST.get(f"goc-{paper.code}", str(paper.originals) if paper.required else ""),
            copies=request.POST.get(f"sao-{paper.code}", str(paper.copies) if paper.required else ""),
            fault=faults.get(f"papers.{paper.code}", ""),
            offers=tuple((offers or {}).get(paper.code, ())),
            chosen=request.POST.get(f"kho-{paper.code}", ""),
        )
        for paper in _listed(version, answers, at=at)
    ]
    facts = {
        "title": _("Tiếp nhận: %(name)s") % {"name": version.short_name or version.name},
        "version": version,
        "agency": place.own,
        "place": place,
        "place_fault": faults.get("co-quan", ""),
        "person": person,
        "standing": standing,
        "for_another": standing.chosen is not Capacity.OWN,
        "proof_fault": faults.get(f"papers.{PROOF}", ""),
        "answers": answers,
        "faults": faults,
        "links": _links([person, standing], faults),
        "errors": bool(faults or person.errors or (standing.is_bound and standing.errors and not looking)),
        "papers": rows,
        "key": request.POST.get("key", "") or new_id().hex,
        "looked": looking,
        "known": bool(person.initial.get("full_name")),
        "lent": offers is not None,
        "lends": sum(len(found) for found in (offers or {}).values()),
        "consent": request.POST.get(lending.CONSENT) == "1",
        "consent_fault": faults.get(lending.CONSENT, ""),
        "parcel": request.POST.get(PARCEL, ""),
        "parcel_fault": faults.get(PARCEL, ""),
        "entering": entering.piece(request, faults, at=at),
    }
    return render(request, "dossiers/desk/counter.html", facts, status=status)


def _listed(
    version: procedures.VersionView, answers: dict[str, Any], *, at: datetime
) -> tuple[procedures.PaperAsked, ...]:
    """All papers while the form is empty; then those for these answers."""
    return asked_papers.asked(version, answers, at=at) if any(answers.values()) else version.papers


def _links(filled: list[PersonForm | StandingForm], faults: dict[str, str]) -> list[dict[str, str]]:
    """Every fault once, with the way to its field."""
    listed = [
        {"text": str(fault), "href": f"#{form[name].auto_id}" if name in form.fields else ""}
        for form in filled
        if form.is_bound
        for name, found in form.errors.items()
        for fault in found
    ]
    for path, sentence in faults.items():
        target = path.replace("papers.", "goc-") if path.startswith("papers.") else path
        target = "id_proof_kind" if path == f"papers.{PROOF}" else OF_FILER.get(path, target)
        listed.append({"text": sentence, "href": f"#{target}"} if path else {"text": sentence})
    return listed


OF_FILER = {
    "name": "id_full_name",
    "personal_id": "id_personal_id",
    "tax_code": "id_personal_id",
    "birth_date": "id_birth_date-day",
    "kind": "id_proof_kind",
    "number": "id_proof_number",
    "issued_on": "id_proof_issued_on-day",
    "valid_until": "id_proof_valid_until-day",
    "filer.capacity": "id_capacity",
    "filer.members": "id_members",
}
