"""Online payment: three figures with what they mean, by agency and by procedure, each with its list."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.foundation import access, ids, moments
from tinhso.foundation.text import format_money
from tinhso.identity import api as identity
from tinhso.payments import api as payments
from tinhso.supervision.pages.asking import Asked, asked_of, choices
from tinhso.supervision.queries import money
from tinhso.supervision.queries.money import Figures, Line, Ratio
from tinhso.supervision.queries.reach import reach

PLACE = "/can-bo/thanh-toan-truc-tuyen/"
LIST, PROCEDURES, SHEET = f"{PLACE}ho-so/", f"{PLACE}thu-tuc/", f"{PLACE}bang.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE, FIRST = 50, 20
CHOSEN = ("co-quan", "ky")
NAMES = {
    "3.5a": gettext_noop("Thủ tục có thu phí nộp được trên cổng"),
    "3.5b": gettext_noop("Thủ tục có giao dịch thanh toán trực tuyến"),
    "3.6": gettext_noop("Hồ sơ thanh toán trực tuyến"),
}
MEANINGS = {
    "3.5a": gettext_noop(
        "Số thủ tục có phí, lệ phí mà người dân nộp được trên cổng, trên tổng số thủ tục có phí, lệ phí của"
        " cấp cơ quan. Nộp được khi thủ tục nhận hồ sơ trực tuyến và cơ quan đã khai tài khoản nhận tiền."
        " Tính vào ngày xem."
    ),
    "3.5b": gettext_noop(
        "Số thủ tục có ít nhất một hồ sơ đã nộp tiền trực tuyến, trên số thủ tục có hồ sơ phải nộp tiền"
        " trong kỳ."
    ),
    "3.6": gettext_noop(
        "Số hồ sơ đã nộp tiền trực tuyến, trên số hồ sơ phải nộp tiền. Hồ sơ được miễn toàn bộ và khoản đã"
        " huỷ không tính; hồ sơ có nhiều khoản tính một lần, vào kỳ lập khoản đầu tiên. Tiền mặt và thẻ tại"
        " quầy không phải trực tuyến."
    ),
}
SHARES = {
    payments.Share.ALL: gettext_noop("Hồ sơ phải nộp tiền"),
    payments.Share.ONLINE: gettext_noop("Hồ sơ đã nộp trực tuyến"),
    payments.Share.OTHERWISE: gettext_noop("Hồ sơ chưa nộp hoặc nộp tại quầy"),
}
KINDS = {
    "co-phi": gettext_noop("Thủ tục có thu phí, lệ phí"),
    "tren-cong": gettext_noop("Thủ tục nộp được trên cổng"),
    "chua-tren-cong": gettext_noop("Thủ tục có phí chưa nộp được trên cổng"),
    "co-ho-so": gettext_noop("Thủ tục có hồ sơ phải nộp tiền"),
    "truc-tuyen": gettext_noop("Thủ tục có giao dịch trực tuyến"),
}
OPENS = {"3.5a": ("tren-cong", "co-phi"), "3.5b": ("truc-tuyen", "co-ho-so")}


@dataclass(frozen=True, slots=True)
class Seen:
    """What an officer looks at, and its figures."""

    asked: Asked
    agencies: dict[UUID, str]
    figures: Figures


def seen(request: HttpRequest, *, at: datetime) -> Seen:
    """The figures an address asks for, within what the officer supervises. Raises NotAllowed."""
    asked = asked_of(request.GET, reach(identity.actor_of(request), at), at=at)
    agencies = {asked.agency: asked.reach.agencies[asked.agency]} if asked.agency else asked.reach.agencies
    return Seen(asked, agencies, money.figures(meant(asked), agencies, at=at))


def meant(asked: Asked) -> payments.Asked:
    """Whose bills an address means."""
    agencies = (asked.agency,) if asked.agency else tuple(asked.reach.agencies)
    return payments.Asked(
        since=asked.period.since,
        until=asked.period.until,
        agencies=None if asked.reach.everywhere and asked.agency is None else agencies,
        service=asked.procedure,
    )


@never_cache
@access.officer("supervision.watch")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The three figures, then agencies and the procedures most paid for."""
    at = moments.now()
    look = seen(request, at=at)
    asked = look.asked
    facts = {
        "title": _("Thanh toán trực tuyến"),
        "place": PLACE,
        "because": asked.reach.because,
        "selects": [one for one in choices(asked, at=at) if one["word"] in CHOSEN],
        "in_line": {"classes": "sv-select"},
        "kept": {"thu-tuc": asked.procedure} if asked.procedure else {},
        "clear": asked.href(PLACE, co_quan="", thu_tuc="")
        if asked.procedure or (asked.agency and len(asked.reach.agencies) > 1)
        else "",
        "period": asked.period.label,
        "items": [_item(asked, ratio) for ratio in look.figures.whole.ratios(at=at)],
        "places": [_line(asked, line, co_quan=str(line.id)) for line in look.figures.places]
        if len(look.agencies) > 1
        else [],
        "procedures": [
            _line(asked, line, thu_tuc=line.code) for line in look.figures.procedures if line.owed
        ][:FIRST],
        "all": asked.href(PROCEDURES, muc="co-phi"),
        "sheet": asked.href(SHEET),
    }
    return render(request, "supervision/money.html", facts)


def percent(value: float | None) -> str:
    """A percentage as people write it; a dash where there is nothing to be a part of."""
    return f"{number_format(round(value, 2), 2)} %" if value is not None else "–"


def _item(asked: Asked, ratio: Ratio) -> dict[str, Any]:
    opens = OPENS.get(ratio.item)
    links = (
        [asked.href(PROCEDURES, muc=word) for word in opens]
        if opens
        else [asked.href(LIST, muc=word) for word in (payments.Share.ONLINE, payments.Share.ALL)]
    )
    return {
        "code": ratio.item,
        "name": _(NAMES[ratio.item]),
        "meaning": _(MEANINGS[ratio.item]),
        "anchor": f"cach-tinh-{ratio.item.replace('.', '')}",
        "part": {"number": ratio.part, "href": links[0], "label": _(NAMES[ratio.item])},
        "whole": {"number": ratio.whole, "href": links[1], "label": _(NAMES[ratio.item])},
        "percent": percent(ratio.percent),
        "target": f"{ratio.target:g} %",
        "score": "–" if ratio.score is None else f"{number_format(ratio.score, 2)} / {ratio.points:g}",
        "short": ratio.percent is not None and ratio.percent < ratio.target,
    }


def _line(asked: Asked, line: Line, **chosen: str) -> dict[str, Any]:
    share = 100 * line.online / line.owed if line.owed else None
    shares = ((payments.Share.ALL, line.owed), (payments.Share.ONLINE, line.online))
    return {
        "name": line.name,
        "href": asked.href(PLACE, **chosen),
        "payable": bool(line.payable),
        "counts": [
            {
                "number": len(found),
                "href": asked.href(PROCEDURES, muc=word, **chosen),
                "label": f"{_(KINDS[word])}, {line.name}",
            }
            for word, found in (
                ("co-phi", line.costing),
                ("tren-cong", line.payable),
                ("co-ho-so", line.services),
                ("truc-tuyen", line.used),
            )
        ],
        "figures": [
            {
                "number": number,
                "href": asked.href(LIST, muc=word, **chosen),
                "label": f"{_(SHARES[word])}, {line.name}",
            }
            for word, number in shares
        ],
        "percent": percent(share),
    }


@never_cache
@access.officer("supervision.watch")
@require_safe
def by_procedure(request: HttpRequest) -> HttpResponse:
    """The procedures behind a figure, fifty on a page, most owed first."""
    at = moments.now()
    look, word = seen(request, at=at), request.GET.get("muc", "")
    word = word if word in KINDS else "co-phi"
    kinds = {
        "co-phi": lambda line: line.costing,
        "tren-cong": lambda line: line.payable,
        "chua-tren-cong": lambda line: line.costing - line.payable,
        "co-ho-so": lambda line: line.services,
        "truc-tuyen": lambda line: line.used,
    }
    found = [line for line in look.figures.procedures if kinds[word](line)]
    typed = request.GET.get("trang", "")
    page = min(int(typed), 1000) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else 0
    part = found[page * PAGE : (page + 1) * PAGE]
    asked = look.asked
    facts = {
        "title": _(KINDS[word]),
        "about": f"{_place(look)}, {asked.period.label}",
        "back": asked.href(PLACE),
        "count": len(found),
        "kinds": [
            {"text": _(text), "href": asked.href(PROCEDURES, muc=key), "chosen": key == word}
            for key, text in KINDS.items()
        ],
        "rows": [_line(asked, line, thu_tuc=line.code) for line in part],
        "next": asked.href(PROCEDURES, muc=word, trang=str(page + 1))
        if len(found) > (page + 1) * PAGE
        else "",
        "first": asked.href(PROCEDURES, muc=word) if page else "",
    }
    return render(request, "supervision/money_procedures.html", facts)


def _place(look: Seen) -> str:
    return next(iter(look.agencies.values())) if len(look.agencies) == 1 else _("Tất cả cơ quan")


@never_cache
@access.officer("supervision.watch")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The dossiers behind a figure, by keyset; no payer is named."""
    actor, at = identity.actor_of(request), moments.now()
    asked = asked_of(request.GET, reach(actor, at), at=at)
    word = share_of(request.GET.get("muc", ""))
    found = payments.owed_subjects(
        meant(asked), word, limit=PAGE + 1, after=_after(request.GET.get("sau", ""))
    )
    rows, more = found[:PAGE], found[PAGE:]
    identity.look_at_list(
        actor,
        query=request.GET.urlencode()[:200],
        count=len(rows),
        purpose=asked.reach.because or _("Theo dõi thanh toán trực tuyến"),
        at=at,
    )
    here = {"muc": word.value}
    last = f"{rows[-1].since.isoformat()}_{rows[-1].id}" if more else ""
    facts = {
        "title": _(SHARES[word]),
        "about": asked.period.label,
        "back": asked.href(PLACE),
        "rows": [
            {
                "row": row,
                "sum": format_money(row.total),
                "agency": asked.reach.agencies.get(row.agency, ""),
            }
            for row in rows
        ],
        "next": asked.href(LIST, **here, sau=last) if last else "",
        "first": asked.href(LIST, **here) if request.GET.get("sau") else "",
        "export": f"/can-bo/xuat/moi/?nguon=supervision.online_payment&{urlencode(asked.pairs | here)}",
    }
    return render(request, "supervision/money_list.html", facts)


def share_of(word: str) -> payments.Share:
    """The share that an address names; all for any other word."""
    return payments.Share(word) if word in set(payments.Share) else payments.Share.ALL


def _after(word: str) -> tuple[datetime, UUID] | None:
    """The last row seen; from the beginning for anything that is none."""
    moment, _mark, id = word.partition("_")
    try:
        since, last = datetime.fromisoformat(moment), ids.read(id)
    except ValueError:
        return None
    return (since, last) if last and since.tzinfo else None


@never_cache
@access.officer("supervision.watch")
@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """The figures as a spreadsheet: together, by agency, by procedure."""
    at = moments.now()
    look = seen(request, at=at)
    answer = HttpResponse(_written(look, at=at), content_type=XLSX)
    name = f"thanh-toan-truc-tuyen-{look.asked.period.word}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _written(look: Seen, *, at: datetime) -> bytes:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        out = book.add_worksheet("766")
        out.set_column(0, 0, 52)
        out.set_column(1, 9, 14)
        out.write_row(
            0, 0, [f"{_('Thanh toán trực tuyến')}: {_place(look)}, {look.asked.period.label}"], bold
        )
        heads = [_("Cơ quan, thủ tục")]
        for item in money.ITEMS:
            heads += [f"{item} {_('tử số')}", f"{item} {_('mẫu số')}", f"{item} %"]
        out.write_row(2, 0, heads, bold)
        whole = look.figures.whole
        lines = [(_("Tổng cộng"), whole), *((line.name, line) for line in look.figures.places)]
        lines += [(line.name, line) for line in look.figures.procedures]
        for place, (name, line) in enumerate(lines, start=3):
            numbers: list[float | int | str | None] = []
            for ratio in line.ratios(at=at):
                numbers += [ratio.part, ratio.whole, ratio.percent]
            out.write_row(place, 0, [name, *numbers])
        for place, item in enumerate(money.ITEMS, start=len(lines) + 4):
            out.write_string(place, 0, f"{item}: {_(MEANINGS[item])}")
    return kept.getvalue()
