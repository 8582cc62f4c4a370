"""One record made into content, with a finding per field."""

from __future__ import annotations

import re
from typing import Any

from tinhso.procedures.contracts import ChannelKind, Content, OnlineLevel, PaperAsked
from tinhso.procedures.importer import bases, channels, fees, papers, plain, terms
from tinhso.procedures.importer.contracts import ChannelRow, Finding, Mark, PaperRow, Recovered
from tinhso.procedures.importer.reading import cells
from tinhso.procedures.importer.texts import clean, said, steps

READER = 1
PREFIX = re.compile(r"^Thủ tục:? ", re.IGNORECASE)
OTHER_SECTOR = "Lĩnh vực khác"


def recover(values: dict[str, Any]) -> Recovered:
    """Content and findings of a record that `reading.record` accepted."""
    cell = cells(values)
    order = steps(cell["trinh_tu_thuc_hien"])
    rows = channels.table(cell)
    paper_rows = papers.rows(cell["thanh_phan_ho_so"])
    legal = bases.bases(cell["can_cu_phap_ly"])
    kinds, strangers = plain.applicants(said(cell["doi_tuong_thuc_hien"]))
    levels = plain.levels(cell["cap_thuc_hien"])
    given = plain.results(cell["ket_qua_xu_ly"])
    agencies = plain.agencies(cell)
    term, term_finding = terms.whole(rows, steps=order)
    sums, fee_finding = fees.fees(rows)
    name = clean(cell["ten_thu_tuc"]).replace("\n", " ")
    content = Content(
        name=name,
        short_name=_first_upper(PREFIX.sub("", name)),
        sector=said(cell["linh_vuc"]).replace("\n", " ") or OTHER_SECTOR,
        kind=said(cell["loai_thu_tuc"]),
        decision_number=said(cell["so_quyet_dinh"]),
        levels=levels,
        agency_level=plain.nearest(levels),
        applicant_kinds=kinds,
        agencies=agencies,
        online_level=_online(rows),
        term=term,
        steps=order,
        channels=tuple(fees.channel(row) for row in rows),
        papers=tuple(_paper(place, row) for place, row in enumerate(paper_rows, start=1)),
        fees=sums,
        legal_bases=legal,
        conditions=said(cell["yeu_cau_dieu_kien"]),
        results=given,
    )
    findings = (
        _plain("name", name),
        _plain("sector", said(cell["linh_vuc"])),
        _plain("decision_number", content.decision_number),
        _plain("levels", levels),
        Finding("applicant_kinds", Mark.PART, strangers) if strangers else _plain("applicant_kinds", kinds),
        _plain("agencies", agencies.implementing),
        _plain("steps", order),
        _channels(cell, rows),
        _durations(rows),
        term_finding,
        fee_finding,
        _papers(cell, paper_rows),
        _cases(paper_rows),
        _bases(cell, legal),
        _plain("conditions", content.conditions, lost="nguồn không ghi hoặc ghi là không có"),
        _plain("results", given),
    )
    return Recovered(code=cell["ma_thu_tuc"].strip(), content=content, findings=findings, raw=values)


def _first_upper(name: str) -> str:
    return name[:1].upper() + name[1:]


def _online(rows: tuple[ChannelRow, ...]) -> OnlineLevel:
    """The source does not state the level: one that can be filed online is taken for partial."""
    online = any(row.kind is ChannelKind.ONLINE for row in rows)
    return OnlineLevel.PARTIAL if online else OnlineLevel.INFORMATION


def _paper(place: int, row: PaperRow) -> PaperAsked:
    remark = row.originals == 0 and row.copies == 0
    return PaperAsked(
        code=f"giay-to-{place}",
        name=row.name or row.form_file,
        originals=row.originals,
        copies=row.copies,
        required=not remark and not row.case,
        case=row.case,
        form_file=row.form_file,
    )


def _plain(field: str, value: object, *, lost: str = "nguồn để trống") -> Finding:
    return Finding(field, Mark.WHOLE) if value else Finding(field, Mark.ABSENT, lost)


def _channels(cell: dict[str, str], rows: tuple[ChannelRow, ...]) -> Finding:
    if rows:
        return Finding("channels", Mark.WHOLE)
    if said(cell["cach_thuc_thuc_hien"]):
        return Finding("channels", Mark.LOST, "không nhận ra bảng cách thức thực hiện")
    return Finding("channels", Mark.ABSENT, "nguồn để trống")


def _durations(rows: tuple[ChannelRow, ...]) -> Finding:
    stated = sum(1 for row in rows if row.amount is not None and row.unit is not None)
    bare = sum(1 for row in rows if row.fraction or (row.amount is not None and row.unit is None))
    if stated and stated + bare == len(rows) and not bare:
        return Finding("durations", Mark.WHOLE)
    if bare:
        return Finding("durations", Mark.PART, "nguồn ghi số mà không ghi đơn vị")
    if stated:
        return Finding("durations", Mark.PART, "có cách nộp nguồn không ghi thời hạn")
    return Finding("durations", Mark.ABSENT, "nguồn không ghi thời hạn")


def _papers(cell: dict[str, str], rows: tuple[PaperRow, ...]) -> Finding:
    text = cell["thanh_phan_ho_so"]
    if not rows:
        if papers.HEAD in text or not said(text):
            return Finding("papers", Mark.ABSENT, "nguồn không ghi giấy tờ có số bản")
        return Finding("papers", Mark.LOST, "phần thành phần hồ sơ không phải bảng giấy tờ")
    rest = papers.left_over(text)
    return (
        Finding("papers", Mark.PART, f"còn lời không có số bản: {rest[:80]}")
        if rest
        else Finding("papers", Mark.WHOLE)
    )


def _cases(rows: tuple[PaperRow, ...]) -> Finding:
    if any(row.case for row in rows):
        return Finding("cases", Mark.WHOLE)
    return Finding("cases", Mark.ABSENT, "nguồn không chia trường hợp")


def _bases(cell: dict[str, str], found: tuple[object, ...]) -> Finding:
    if found:
        return Finding("legal_bases", Mark.WHOLE)
    if bases.HEAD in cell["can_cu_phap_ly"]:
        return Finding("legal_bases", Mark.LOST, "không nhận ra số hiệu văn bản")
    return Finding("legal_bases", Mark.ABSENT, "nguồn để trống")
