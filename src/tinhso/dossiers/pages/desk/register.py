"""The register of an agency (sổ theo dõi hồ sơ): what it received from one legal day to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.directory import api as directory
from tinhso.dossiers import marks, prints
from tinhso.dossiers.contracts import DossierRow
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.pages.desk.visiting import LIST, visit
from tinhso.dossiers.queries import desks
from tinhso.dossiers.queries.lists import LARGEST, page
from tinhso.dossiers.queries.narrowing import Filter, Order
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid
from tinhso.foundation.files.serving import pdf
from tinhso.foundation.moments import midnight, today
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.ui.api import DateField

ADDRESS = "/can-bo/so-theo-doi/"
PAGE = 100


class Between(forms.Form):
    """From which legal day to which; both count."""

    tu = DateField(label=gettext_lazy("Nhận từ ngày"))
    den = DateField(label=gettext_lazy("Đến ngày"))


@dataclass(frozen=True, slots=True)
class Asked:
    """The part of the register that is asked for."""

    actor: ActorRef
    at: datetime
    agency: UUID
    form: Between
    begins: date
    ends: date

    @property
    def narrow(self) -> Filter:
        """What was received in these days, in the order of receipt."""
        begins = midnight(self.begins)
        ends = midnight(self.ends + timedelta(days=1))
        return Filter(
            agency=self.agency, also=Q(submitted_at__gte=begins, submitted_at__lt=ends), order=Order.OLDEST
        )

    @property
    def query(self) -> str:
        """The days as an address holds them."""
        days = {"tu": self.begins, "den": self.ends}
        return urlencode(
            {
                f"{name}-{part}": getattr(day, part)
                for name, day in days.items()
                for part in ("day", "month", "year")
            }
        )


@never_cache
@access.officer("dossiers.register")
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """One page of the register; this month when no days are asked for."""
    asked = _asked(request)
    found = page(asked.narrow, limit=PAGE, after=request.GET.get("sau", ""))
    _leave_trace(asked, len(found.rows))
    form = prints.form_of("register", on=asked.ends)
    facts = {
        "title": form.title,
        "form": asked.form,
        "errors": bool(asked.form.errors),
        "number": _("Mẫu số %(code)s, %(regulation)s") % {"code": form.code, "regulation": form.regulation},
        "agency": directory.names([asked.agency])[asked.agency],
        "rows": [_line(row) for row in found.rows],
        "next": f"{ADDRESS}?{asked.query}&sau={found.after}" if found.after else "",
        "print": f"{ADDRESS}in.pdf?{asked.query}",
    }
    return render(request, "dossiers/desk/register.html", facts, status=422 if asked.form.errors else 200)


@never_cache
@access.officer("dossiers.register")
@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """The register of these days as PDF, form 06 of 2018 or 07 of 2025."""
    asked = _asked(request)
    rows: list[DossierRow] = []
    after = ""
    while len(rows) <= prints.MOST:
        found = page(asked.narrow, limit=LARGEST, after=after)
        rows += found.rows
        after = found.after
        if not after:
            break
    _leave_trace(asked, len(rows))
    content = prints.register(asked.agency, rows, begins=asked.begins, ends=asked.ends, at=asked.at)
    return pdf(content, name=f"so-theo-doi-{asked.begins}-{asked.ends}.pdf")


def _asked(request: HttpRequest) -> Asked:
    actor, at = visit(request)
    last = today(at)
    begins, ends = last.replace(day=1), last
    typed = any(name.startswith(("tu-", "den-")) for name in request.GET)
    form = Between(request.GET if typed else None, initial={"tu": begins, "den": ends})
    if typed and form.is_valid():
        begins, ends = form.cleaned_data["tu"], form.cleaned_data["den"]
        if begins > ends:
            form.add_error("den", _("Ngày đến phải là ngày từ hoặc sau ngày từ."))
            begins = ends
    if not date(2018, 12, 20) <= ends < date(2999, 1, 1):
        raise Invalid(_("Sổ theo dõi chỉ có từ ngày 20/12/2018. Hãy chọn ngày khác."))
    return Asked(
        actor=actor, at=at, agency=desks.desk_of(actor, at).agencies[0], form=form, begins=begins, ends=ends
    )


def _leave_trace(asked: Asked, count: int) -> None:
    identity.look_at_list(
        asked.actor, query=asked.query, count=count, purpose=_("Xem sổ theo dõi hồ sơ"), at=asked.at
    )


def _line(row: DossierRow) -> dict[str, str]:
    return {
        "code": row.code,
        "href": f"{LIST}{row.code}/",
        "procedure": row.procedure_name,
        "applicant": row.applicant_name,
        "received": in_words(row.submitted_at),
        "promised": in_words(row.due_at) if row.accepted_at else "",
        "finished": in_words(row.finished_at),
        "status": marks.status_words(row.status, row.flags),
    }
