"""Form 01, the receipt with its promise: of one dossier, and of several that were filed once."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.dossiers import bundle_words, contact, fees, wanted
from tinhso.dossiers.contracts import PaperForm, Via
from tinhso.dossiers.models import Content, Dossier, HistoryEntry, SubmittedPaper
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.prints.heads import agency_of, form_of, head, render, short, who
from tinhso.dossiers.queries import passing
from tinhso.dossiers.queries.bundles import BundleView
from tinhso.dossiers.queries.delivery import deliveries
from tinhso.dossiers.queries.owing import owed
from tinhso.dossiers.queries.reading import find
from tinhso.dossiers.visibility import seen_by
from tinhso.foundation import paper, worktime
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import format_money
from tinhso.procedures import api as procedures


def receipt(dossier_id: UUID, *, by: ActorRef, at: datetime) -> bytes:
    """Form 01, receipt and promise, as PDF, for the owner or an officer who may see the dossier.

    Raises NotFound, and Invalid before acceptance: nothing is promised yet.
    """
    dossier = seen_by(by, dossier_id, at=at)
    version = procedures.version(dossier.procedure_version_id)
    way, term = passing.way(dossier, at=at), version.term
    post = deliveries([dossier.id]).get(dossier.id)
    place = wanted.in_words(post) if post else way.collect or agency_of(dossier).name
    facts = [
        [_("Nội dung yêu cầu giải quyết"), version.name],
        [_("Thời hạn giải quyết"), worktime.say_term(term) if term else ""],
        *([name, amount] for name, amount in _fees(dossier, version)),
        [_("Nhận hồ sơ lúc"), _accepted(dossier)],
        [_("Hẹn trả kết quả"), in_words(_promised(dossier))],
        *([[_("Cơ quan giải quyết"), agency_of(dossier).name]] if way.intake else []),
        [_("Nơi trả kết quả"), place],
    ]
    link = f"/ho-so/{dossier.code}/"
    body = _received(dossier, way)
    return _receipt(
        dossier, code=dossier.code, link=link, body=body, facts=facts, pay=_to_pay(dossier, at=at), at=at
    )


def _to_pay(dossier: Dossier, *, at: datetime) -> dict[str, str]:
    """What is still to be paid and where, with the code that leads there; empty when nothing is."""
    found = owed([dossier.id], at=at).get(dossier.id)
    if found is None:
        return {}
    link = f"{settings.ORIGIN}{found.href}"
    words = _("Còn phải nộp %(left)s phí, lệ phí. Quét mã này hoặc mở %(link)s để nộp, hoặc nộp tại quầy.")
    return {"words": words % {"left": format_money(found.left), "link": link}, "qr": paper.qr(link)}


def _fees(dossier: Dossier, version: procedures.VersionView) -> list[tuple[str, str]]:
    answers = Content.objects.values_list("answers", flat=True).get(dossier_id=dossier.id)
    return fees.rows(
        version,
        answers,
        via=Via(dossier.via),
        applicant=dossier.applicant_kind,
        at=dossier.submitted_at,
    )


def bundle_receipt(bundle: BundleView, *, by: ActorRef, at: datetime) -> bytes:
    """One receipt (form 01) for several dossiers that were filed once, each with its agency and promise.

    Raises NotFound, and Invalid before the first was accepted.
    """
    dossier = seen_by(by, find(bundle.first.code), at=at)
    body = _("%(agency)s đã tiếp nhận nhóm hồ sơ nộp một lần của:") % {"agency": bundle.agency}
    facts = [
        [_("Nội dung yêu cầu giải quyết"), bundle.name],
        *([part.name, f"{part.agency}. {bundle_words.stands(part)}"] for part in bundle.parts),
        [_("Nhận hồ sơ lúc"), _accepted(dossier)],
        [_("Nơi trả kết quả"), bundle.collect],
    ]
    link = f"/nhom-ho-so/{bundle.code}/"
    return _receipt(dossier, code=bundle.code, link=link, body=body, facts=facts, at=at)


def _accepted(dossier: Dossier) -> str:
    if dossier.accepted_at is None:
        raise Invalid(_("Hồ sơ chưa được tiếp nhận nên chưa có giấy tiếp nhận và hẹn trả."))
    return in_words(dossier.accepted_at)


def _receipt(
    dossier: Dossier,
    *,
    code: str,
    link: str,
    body: str,
    facts: list[list[str]],
    pay: dict[str, str] | None = None,
    at: datetime,
) -> bytes:
    on = today(dossier.accepted_at or at)
    accepted = _last(dossier, "accept")
    applicant = contact.opened(dossier)
    data: dict[str, Any] = head(dossier.agency_id, title=form_of("receipt", on=on).title, on=on) | {
        "number": short(code),
        "notation": "TNHS",
        "code": code,
        "qr": paper.qr(f"{settings.ORIGIN}{link}"),
        "body": [body],
        "facts": [*who(applicant), *facts],
        "pay": pay or {},
        "papers": _listed(dossier),
        "submitter": {"title": _("Người nộp hồ sơ"), "name": applicant.name},
        "signer": {"title": _("Người tiếp nhận hồ sơ"), "name": accepted.actor_name if accepted else ""},
    }
    return render("receipt", data, on=on, at=at)


def _received(dossier: Dossier, way: passing.Way) -> str:
    """Who took the dossier in, and for whom when that is another centre."""
    if way.intake:
        return _("%(intake)s đã tiếp nhận hồ sơ thuộc thẩm quyền của %(agency)s, của:") % {
            "intake": way.intake,
            "agency": agency_of(dossier).name,
        }
    return _("%(agency)s đã tiếp nhận hồ sơ của:") % {"agency": agency_of(dossier).name}


def _listed(dossier: Dossier) -> list[list[str]]:
    given = SubmittedPaper.objects.filter(dossier_id=dossier.id, current=True).order_by("id")
    words = {
        PaperForm.ORIGINAL: _("bản chính"),
        PaperForm.COPY: _("bản sao"),
        PaperForm.ELECTRONIC: _("bản điện tử"),
    }
    return [
        [str(number), one.name, str(max(one.originals + one.copies, 1)), words[PaperForm(one.form)]]
        for number, one in enumerate(given, start=1)
    ]


def _promised(dossier: Dossier) -> datetime | None:
    first = dossier.promises.order_by("id").values_list("due_at", flat=True).last()
    return first or dossier.due_at


def _last(dossier: Dossier, act: str) -> HistoryEntry | None:
    return HistoryEntry.objects.filter(dossier_id=dossier.id, act=act).order_by("-id").first()
