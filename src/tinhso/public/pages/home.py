"""The home page: one search that forgives, the tasks most people come for, one's own dossiers."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.dossiers import api as dossiers
from tinhso.foundation import access, legal, moments
from tinhso.foundation.text import format_money
from tinhso.identity import api as identity
from tinhso.payments import api as payments
from tinhso.procedures import api as procedures


@access.anyone(reason="the home page")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The home page. The tasks shown are the value `home_tasks`."""
    at = moments.now()
    codes = [str(code) for code in legal.value("home_tasks", on=moments.today(at))]
    owner = identity.applicant_of(request)
    bills = payments.open_of(owner, at=at) if owner else ()
    owed = [one for one in bills if not one.waits]
    paying = [one for one in bills if one.waits]
    facts = {
        "title": "",
        "tasks": procedures.by_codes(codes, at=at),
        "sectors": procedures.sectors(at=at),
        "owed": len(owed),
        "left": format_money(sum(one.left for one in owed)),
        "pay": _where(owed),
        "paying": len(paying),
        "wait": _where(paying),
        "drafts": len(dossiers.drafts(owner)) if owner else 0,
        "waiting": dossiers.count(
            dossiers.Filter(
                owner=owner.id,
                statuses=(
                    dossiers.Status.SUPPLEMENT,
                    dossiers.Status.PRE_SUPPLEMENT,
                    dossiers.Status.OBLIGATION,
                ),
            )
        )
        if owner
        else 0,
    }
    answer = render(request, "public/home.html", facts)
    answer["Cache-Control"] = "private, no-store" if owner else "no-cache"
    return answer


def _where(bills: Sequence[payments.Owed]) -> str:
    """To the one there is; to the list of one's own of several."""
    return bills[0].href if len(bills) == 1 else "/ho-so/"
