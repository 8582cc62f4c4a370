"""A version put into the words and groups its page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.foundation import ids
from tinhso.foundation.text import fold, format_money
from tinhso.foundation.worktime import Term, say_term
from tinhso.procedures.contracts import (
    AgencyLevel,
    ApplicantKind,
    Channel,
    ChannelKind,
    Deemed,
    DeemedOutcome,
    OnlineLevel,
    PaperAsked,
    ProcedureLine,
    VersionView,
)
from tinhso.procedures.deciding import fees_to_read
from tinhso.procedures.fees.contracts import Fee

LONG = 600
SHORT = 160


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paper as the page lists it; `held` is the person's own document that serves for it."""

    name: str
    counts: str
    hint: str
    example: str
    form: str
    held: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The five blocks and what stands behind them."""

    applicants: tuple[str, ...]
    conditions: tuple[str, ...]
    papers: tuple[PaperLine, ...]
    cases: tuple[tuple[str, tuple[PaperLine, ...]], ...]
    remarks: tuple[str, ...]
    term: str
    terms: tuple[tuple[str, str], ...]
    deemed: str
    fees: tuple[dict[str, str], ...]
    fee_words: tuple[str, ...]
    free: bool
    channels: tuple[tuple[str, str], ...]
    online: bool
    fileable: bool
    minutes: str


def applicant(kind: ApplicantKind) -> str:
    """A kind of applicant as people say it."""
    return {
        ApplicantKind.CITIZEN: _("Công dân Việt Nam"),
        ApplicantKind.OVERSEAS: _("Người Việt Nam định cư ở nước ngoài"),
        ApplicantKind.FOREIGNER: _("Người nước ngoài"),
        ApplicantKind.OFFICIAL: _("Cán bộ, công chức, viên chức"),
        ApplicantKind.HOUSEHOLD_BUSINESS: _("Hộ kinh doanh"),
        ApplicantKind.ENTERPRISE: _("Doanh nghiệp"),
        ApplicantKind.FOREIGN_INVESTED: _("Doanh nghiệp có vốn đầu tư nước ngoài"),
        ApplicantKind.COOPERATIVE: _("Hợp tác xã"),
        ApplicantKind.ORGANISATION: _("Tổ chức khác"),
        ApplicantKind.FOREIGN_ORGANISATION: _("Tổ chức nước ngoài"),
    }[kind]


def channel(kind: ChannelKind) -> str:
    """A way of filing as people say it."""
    return {
        ChannelKind.ONLINE: _("Trên mạng"),
        ChannelKind.COUNTER: _("Tại quầy"),
        ChannelKind.POST: _("Qua bưu chính"),
    }[kind]


def level(kind: AgencyLevel) -> str:
    """The level people go to."""
    return {
        AgencyLevel.COMMUNE: _("Xã, phường, đặc khu"),
        AgencyLevel.PROVINCE: _("Tỉnh"),
        AgencyLevel.MINISTRY: _("Bộ, ngành"),
        AgencyLevel.OTHER: _("Cơ quan khác"),
    }[kind]


def online(kind: OnlineLevel) -> str:
    """How much is done online, in plain words."""
    return {
        OnlineLevel.FULL: _("Làm trọn trên mạng"),
        OnlineLevel.PARTIAL: _("Làm một phần trên mạng"),
        OnlineLevel.INFORMATION: _("Làm tại quầy"),
    }[kind]


def line(one: ProcedureLine) -> dict[str, Any]:
    """A procedure in a list."""
    return {
        "href": f"/thu-tuc/{one.code}/",
        "title": _short(one.short_name or one.name, most=SHORT),
        "summary": one.summary,
        "level": level(one.agency_level),
        "online": online(one.online_level) if one.fileable else "",
    }


def page(version: VersionView, *, on: date, held: Sequence[str] = ()) -> Page:
    """What the page of a version shows on a legal day; `held` are titles of documents its reader has in the
    vault."""
    fees = fees_to_read(version, on=on)
    asked = [paper for paper in version.papers if paper.originals or paper.copies]
    cases = dict.fromkeys(paper.case for paper in asked if paper.case)
    return Page(
        applicants=tuple(applicant(kind) for kind in version.applicant_kinds),
        conditions=_paragraphs(version.conditions),
        papers=tuple(_paper(paper, held) for paper in asked if not paper.case),
        cases=tuple(
            (case, tuple(_paper(paper, held) for paper in asked if paper.case == case)) for case in cases
        ),
        remarks=tuple(paper.name for paper in version.papers if not paper.originals and not paper.copies),
        term=_term(version.term),
        terms=_terms(version.channels),
        deemed=_deemed(version.deemed),
        fees=tuple(_fee(fee) for fee in fees),
        fee_words=() if fees else _fee_words(version),
        free=bool(fees) and not any(fee.amount for fee in fees),
        channels=_channels(version.channels),
        online=any(one.kind is ChannelKind.ONLINE for one in version.channels),
        fileable=version.form_version_id is not None,
        minutes=ngettext("mất khoảng %(n)d phút", "mất khoảng %(n)d phút", version.minutes or 0)
        % {"n": version.minutes}
        if version.minutes
        else "",
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\n") if part.strip())


def _paper(paper: PaperAsked, held: Sequence[str]) -> PaperLine:
    counts = []
    if paper.originals:
        counts.append(
            ngettext("%(n)d bản chính", "%(n)d bản chính", paper.originals) % {"n": paper.originals}
        )
    if paper.copies:
        counts.append(ngettext("%(n)d bản sao", "%(n)d bản sao", paper.copies) % {"n": paper.copies})
    if not paper.required and not paper.case:
        counts.append(_("nếu có"))
    return PaperLine(
        name=paper.name.lstrip("-+* "),
        counts=", ".join(counts),
        hint=paper.hint,
        example=paper.example,
        form=paper.code if ids.read(paper.form_file) else "",
        held=next((title for title in held if _serves(title, paper.name)), ""),
    )


def _serves(title: str, paper: str) -> bool:
    """Whether a document of that title is the paper asked for, by its name."""
    short, long = sorted((fold(title).strip(), fold(paper).strip()), key=len)
    return bool(short) and f" {short} " in f" {long} "


def _term(term: Term | None) -> str:
    """How long it takes, as one sentence."""
    if term is None:
        return _("Danh mục chưa ghi rõ thời hạn. Giấy tiếp nhận sẽ ghi ngày hẹn trả.")
    if not term.amount:
        return _("Trong ngày nhận hồ sơ; nộp cuối ngày thì ngày làm việc tiếp theo.")
    return _("%(term)s, kể từ khi hồ sơ được tiếp nhận.") % {"term": say_term(term)}


def _deemed(rule: Deemed | None) -> str:
    """What silence past the term means, as one sentence; empty where it means nothing."""
    if rule is None:
        return ""
    said = {
        DeemedOutcome.APPROVAL: _(
            "Hết thời hạn mà cơ quan chưa trả lời thì hồ sơ được coi là đã được chấp thuận (%(ground)s)."
        ),
        DeemedOutcome.REFUSAL: _(
            "Hết thời hạn mà cơ quan chưa trả lời thì hồ sơ bị coi là bị từ chối (%(ground)s)."
        ),
    }
    return said[rule.outcome] % {"ground": rule.ground.rstrip(".")}


def _terms(channels: tuple[Channel, ...]) -> tuple[tuple[str, str], ...]:
    """The terms by way of filing, only where they differ."""
    stated = [(channel(one.kind), say_term(one.term)) for one in channels if one.term]
    return tuple(dict.fromkeys(stated)) if len({term for _kind, term in stated}) > 1 else ()


def _fee(fee: Fee) -> dict[str, str]:
    return {
        "name": fee.name,
        "amount": format_money(fee.amount) if fee.amount else _("Không thu"),
        "condition": _short(fee.condition),
        "exemption": fee.exemption,
        "ground": fee.ground,
    }


def _fee_words(version: VersionView) -> tuple[str, ...]:
    """What the source says of money where no sums were recovered."""
    return tuple(dict.fromkeys(_short(one.fee_text) for one in version.channels if one.fee_text))


def _channels(channels: tuple[Channel, ...]) -> tuple[tuple[str, str], ...]:
    """Each way of filing once, with its first remark."""
    notes: dict[str, str] = {}
    for one in channels:
        notes[channel(one.kind)] = notes.get(channel(one.kind)) or _short(one.note)
    return tuple(sorted(notes.items(), key=lambda pair: fold(pair[0]), reverse=True))


def _short(text: str, *, most: int = LONG) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"
