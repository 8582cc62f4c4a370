"""The page of fees: a table edited like a spreadsheet, tried at once, carried to and from DMN."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.foundation import access, moments
from tinhso.foundation.errors import NotFound
from tinhso.foundation.text import format_money
from tinhso.procedures import api as procedures
from tinhso.studio.contracts import Body, DraftView, PartName
from tinhso.studio.pages import asking
from tinhso.studio.pages.posting import posted
from tinhso.studio.pages.visiting import address, frame, visit
from tinhso.studio.parts.fees import read


@never_cache
@access.officer("studio.write")
@require_safe
def page(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The table, or the plain sums of a procedure without one."""
    here = visit(request, draft_id)
    root = address(draft_id, PartName.FEES)
    facts = frame(here, PartName.FEES) | {
        "look": f"{root}xem/",
        "take": f"{root}nhap/",
        "export": f"{root}bang.dmn",
        "choices": [*asking.facts(), *asking.answers_of(here.draft)],
        "grounds": grounds(here.draft),
        "rows": _sentences(here.draft.body(PartName.FEES)),
        "today": f"{moments.today(here.at):%d/%m/%Y}",
        "words": words(),
    }
    return render(request, "studio/fees.html", facts)


def grounds(draft: DraftView) -> list[str]:
    """Numbers of the legal bases the description names, to choose from."""
    bases = draft.body(PartName.DESCRIPTION).get("legal_bases") or []
    return [str(one.get("number", "")) for one in bases if isinstance(one, dict)]


def _sentences(body: Body) -> list[str]:
    """What is paid, in sentences; nothing of a body that cannot be read."""
    try:
        content = read(body)
    except procedures.BadContent:
        return []
    table = content.fee_table
    if table is None:
        return [f"{fee.name}: {format_money(fee.amount)}. {fee.condition}" for fee in content.fees]
    return [procedures.fee_sentence(table, row) for row in table.rows]


@never_cache
@access.officer("studio.write")
@require_POST
def look(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """`{body, values, facts, day}` read: the sentence of each row, the words of each cell, and what a dossier
    with those values would pay. Nothing is kept."""
    visit(request, draft_id)
    sent = posted(request, body=dict)
    try:
        content = read(sent.get("body") or {})
    except procedures.BadContent as fault:
        return JsonResponse({"fault": fault.message, "sentences": {}, "cells": {}, "lines": []})
    table = content.fee_table
    if table is None:
        return JsonResponse({"fault": "", "sentences": {}, "cells": {}, "lines": []})
    values = sent.get("values") if isinstance(sent.get("values"), dict) else {}
    facts = {
        name.removeprefix("fact."): str(value)
        for name, value in (values or {}).items()
        if name.startswith("fact.")
    }
    answers = procedures.fee_answers(table, values or {})
    lines = procedures.assess(content, answers, facts, on=_day(sent.get("day")))
    return JsonResponse(
        {
            "fault": "",
            "sentences": {row.code: procedures.fee_sentence(table, row) for row in table.rows},
            "cells": {
                f"{row.code}/{one.code}": _cell(one, row) for row in table.rows for one in table.inputs
            },
            "lines": [_line(line) for line in lines],
        }
    )


def _cell(asked: procedures.FeeInput, row: procedures.FeeRow) -> str:
    try:
        said = procedures.fee_cell_words(asked, row.tests.get(asked.code, "-"))
    except procedures.NotFeel as fault:
        return fault.sentence
    return f"{asked.label} {said}" if said else _("%(what)s: gì cũng được") % {"what": asked.label}


def _line(line: procedures.ChargeLine) -> dict[str, str]:
    off = procedures.relief_words(line)
    return {
        "name": line.name,
        "due": format_money(line.due),
        "why": ". ".join(part for part in (line.why, off, line.open) if part),
        "ground": line.ground,
    }


def _day(said: Any) -> date:
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        return moments.today(moments.now())


@never_cache
@access.officer("studio.write")
@require_safe
def export(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The table as a DMN file. Raises NotFound for a draft without one."""
    here = visit(request, draft_id)
    table = read(here.draft.body(PartName.FEES)).fee_table
    if table is None:
        raise NotFound(_("Bản soạn này chưa có bảng phí."))
    answer = HttpResponse(procedures.as_dmn(table, name=here.draft.title), content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="phi-{here.draft.code}.dmn"'
    return answer


@never_cache
@access.officer("studio.write")
@require_POST
def take_in(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """A DMN file (the body of the request) as a table, with what of it is not run, named. Nothing is kept."""
    visit(request, draft_id)
    found = procedures.read_dmn(request.body)
    table = procedures.encoded(procedures.Content(name="", sector="", fee_table=found.table))["fee_table"]
    unread = [{"where": one.where, "sentence": one.sentence} for one in found.unread]
    return JsonResponse({"table": table, "unread": unread})


def words() -> dict[str, str]:
    """What the script says."""
    return {
        "row": _("Dòng"),
        "name": _("Khoản thu"),
        "kind": _("Loại"),
        "fee": _("Phí"),
        "charge": _("Lệ phí"),
        "amount": _("Số tiền (đồng)"),
        "per": _("Nhân với"),
        "once": _("một lần"),
        "exempt": _("Miễn, giảm"),
        "exempt_ground": _("Căn cứ miễn, giảm"),
        "ground": _("Căn cứ mức thu"),
        "valid_from": _("Từ ngày"),
        "valid_to": _("Đến trước ngày"),
        "no_rows": _("Chưa có dòng nào. Bấm «Thêm dòng»."),
        "free": _("Không phải nộp khoản nào."),
        "help_number": _("Ghi như: dưới 18; từ 18 trở lên; từ 1 đến 5. Để trống là gì cũng được."),
        "help_date": _("Ghi như: trước ngày 01/7/2025; từ ngày 01/7/2025. Để trống là gì cũng được."),
        "help_names": _("Chọn trong danh sách, hoặc nối bằng “hoặc”. Để trống là gì cũng được."),
        "help_text": _("Ghi đúng chữ phải có. Để trống là gì cũng được."),
        "anything": _("gì cũng được"),
        "or": _(" hoặc "),
        "is_not": _("không phải {n}"),
        "below": _("dưới {n}"),
        "at_most": _("từ {n} trở xuống"),
        "at_most_short": _("đến {n}"),
        "above": _("trên {n}"),
        "at_least": _("từ {n} trở lên"),
        "at_least_short": _("từ {n}"),
        "between": _("từ {n} đến {m}"),
        "between_short": _("{n} đến {m}"),
        "day_below": _("trước ngày {n}"),
        "day_at_most": _("đến hết ngày {n}"),
        "day_above": _("sau ngày {n}"),
        "day_at_least": _("từ ngày {n}"),
        "day_between": _("từ ngày {n} đến ngày {m}"),
        "not_money": _("Chỉ ghi số, ví dụ 8.000."),
        "not_day": _("Ghi ngày như 01/7/2025, hoặc để trống."),
        "day_shape": _("ngày/tháng/năm"),
        "not_off": _("Ghi phần trăm như 50%, hoặc số tiền như 4.000."),
        "remove_table": _("Bỏ bảng phí này? Có thể lấy lại bằng Hoàn tác."),
        "yes": _("có"),
        "no": _("không"),
        "unread": _("Chưa đọc được trong tệp:"),
        "taken": _("Đã nhập bảng từ tệp. Xem lại từng ô rồi ghi căn cứ."),
        "unreadable": _("Chưa đọc được tệp này. Hãy kiểm tra mạng rồi chọn lại tệp."),
        "choose": _("Chọn…"),
        "condition": _("Điều kiện"),
    }
