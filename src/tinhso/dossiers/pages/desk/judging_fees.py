"""The sums of a dossier that a person has to judge: each line of the rules, ready to be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import charging, judging_fees
from tinhso.dossiers.operations.judging_fees import Judged
from tinhso.dossiers.pages.desk.acts import carry_out, form_page
from tinhso.dossiers.pages.desk.forms import About, JudgedFees
from tinhso.dossiers.pages.desk.offers import BY_ACT
from tinhso.dossiers.pages.desk.visiting import visit
from tinhso.dossiers.queries.reading import find, read
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.text import Unreadable, format_money, typed_money
from tinhso.payments import api as payments
from tinhso.procedures import api as procedures

OFFER = BY_ACT["judge_fees"]
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Row:
    """One line as the page draws it."""

    place_word: str
    name: str
    words: str
    amount: str
    exempted: str
    ground: str
    due: str
    faults: Mapping[str, str]
    fixed: bool


@never_cache
@access.officer("dossiers.judge_fees")
@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, code: str) -> HttpResponse:
    """Show the lines, or keep what the officer says of them and issue the bill."""
    actor, at = visit(request)
    view = read(find(code), by=actor, at=at, purpose=_("Xác định phí, lệ phí"))
    about = About(view=view, actor=actor, at=at)
    dossier = Dossier.objects.get(id=view.row.id)
    said = charging.assessed(dossier)
    form = JudgedFees(request.POST or None, about=about)
    account = payments.beneficiary(dossier.agency_id, on=today(at))

    def page(faults: Mapping[str, str], status: int) -> HttpResponse:
        return form_page(
            request,
            OFFER,
            form,
            about=about,
            status=status,
            sums=_rows(request, dossier, said, faults),
            no_account=account is None,
            wrong=list(faults.items()),
            above="dossiers/desk/judging_fees.html",
        )

    if request.method != "POST":
        return page({}, 200)
    judged, faults = _typed(request, said)
    if faults or not form.is_valid():
        return page(faults, 422)

    def refused(fault: Invalid) -> HttpResponse:
        if not fault.faults:
            form.add_error(None, fault.message)
        return page(fault.faults, 422)

    def write() -> None:
        judging_fees.judge(
            dossier_id=dossier.id, judged=judged, by=actor, at=at, seen=form.cleaned_data["version"]
        )

    mine = "\n".join(f"{one.amount} {one.exempted} {one.ground}" for one in judged)
    return carry_out(request, OFFER, write, about=about, mine=mine, refused=refused)


def _rows(
    request: HttpRequest, dossier: Dossier, said: Sequence[procedures.ChargeLine], faults: Mapping[str, str]
) -> list[Row]:
    """What was typed, else what was judged before, else what the rules say."""
    last = charging.latest(dossier.id)
    before = charging.charges_of(last.lines) if last and last.said == charging.written(said) else ()
    rows = []
    for place, line in enumerate(said):
        now = before[place] if before else charging.as_charge(line)
        typed = request.POST.get
        rows.append(
            Row(
                place_word=str(place),
                name=line.name,
                words="; ".join(dict.fromkeys(part for part in (line.why, line.open, line.ground) if part)),
                amount=typed(f"tien-{place}", str(now.amount)),
                exempted=typed(f"giam-{place}", str(now.exempted)),
                ground=typed(f"can-cu-{place}", now.exempt_ground),
                due=format_money(line.due),
                fixed=not line.open,
                faults={
                    name: faults.get(f"{field}-{place}", "")
                    for name, field in (("amount", "tien"), ("exempted", "giam"), ("ground", "can-cu"))
                },
            )
        )
    return rows


def _typed(
    request: HttpRequest, said: Sequence[procedures.ChargeLine]
) -> tuple[list[Judged], dict[str, str]]:
    judged, faults = [], {}
    for place in range(len(said)):
        sums = []
        for field in (f"tien-{place}", f"giam-{place}"):
            try:
                sums.append(typed_money(request.POST.get(field, "").strip() or "0"))
            except Unreadable as fault:
                faults[field] = str(fault)
                sums.append(0)
        judged.append(Judged(sums[0], sums[1], request.POST.get(f"can-cu-{place}", "")[:LONGEST]))
    return judged, faults
