"""What publishing asks of a description: the parts of NĐ 63/2010 art. 8(2), and that they agree."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.foundation.worktime import Term, Unit
from tinhso.procedures.contracts import Content, PhaseAgency
from tinhso.procedures.fees import checking

MOST_QUESTIONS = 4
DAY_HOURS = 8
"""Working hours of a full day, by which a phase in hours is measured against a term in working days."""


def gaps(content: Content) -> dict[str, str]:
    """The published parts that are still empty: path of the part → sentence."""
    asked = {
        "name": (content.name.strip(), _("Hãy ghi tên thủ tục.")),
        "sector": (content.sector.strip(), _("Hãy chọn lĩnh vực.")),
        "steps": (content.steps, _("Hãy ghi trình tự thực hiện.")),
        "channels": (content.channels, _("Hãy ghi ít nhất một cách nộp.")),
        "papers": (content.papers, _("Hãy ghi thành phần hồ sơ.")),
        "term": (content.term, _("Hãy ghi thời hạn giải quyết.")),
        "applicant_kinds": (content.applicant_kinds, _("Hãy chọn đối tượng thực hiện.")),
        "agencies": (content.agencies.implementing.strip(), _("Hãy ghi cơ quan thực hiện.")),
        "results": (content.results, _("Hãy ghi kết quả.")),
        "legal_bases": (content.legal_bases, _("Hãy ghi căn cứ pháp lý.")),
    }
    return {path: sentence for path, (value, sentence) in asked.items() if not value}


def contradictions(content: Content) -> dict[str, str]:
    """What cannot stand together: path → sentence. Never allowed, whatever the source."""
    faults: dict[str, str] = {}
    codes = [paper.code for paper in content.papers]
    if len(set(codes)) < len(codes):
        faults["papers"] = _("Hai giấy tờ mang cùng một mã. Hãy đổi mã của một giấy tờ.")
    if any(paper.originals < 0 or paper.copies < 0 for paper in content.papers):
        faults["papers"] = _("Số bản của giấy tờ phải từ 0 trở lên.")
    if any(fee.amount < 0 for fee in content.fees):
        faults["fees"] = _("Số tiền phải từ 0 đồng trở lên.")
    if content.fee_table is not None:
        blocking = [one.sentence for one in checking.faults(content.fee_table) if one.blocks]
        faults |= {"fee_table": blocking[0]} if blocking else {}
    if content.levels and content.agency_level not in content.levels:
        faults["agency_level"] = _("Cấp tiếp nhận phải là một trong các cấp thực hiện.")
    if len(content.questions) > MOST_QUESTIONS:
        faults["questions"] = _("Nhiều nhất 4 câu hỏi trước khi nộp. Hãy bỏ bớt.")
    faults.update(_time_faults(content))
    faults.update(_phase_faults(content))
    faults.update(_deemed_faults(content))
    faults.update(_bundle_faults(content))
    return faults


def _time_faults(content: Content) -> dict[str, str]:
    if not content.step_allotments:
        return {}
    if content.term is None:
        return {"step_allotments": _("Hãy ghi thời hạn giải quyết trước khi chia cho từng bước.")}
    if any(step.term.unit != content.term.unit for step in content.step_allotments):
        return {"step_allotments": _("Thời hạn từng bước phải cùng đơn vị với thời hạn giải quyết.")}
    if sum(step.term.amount for step in content.step_allotments) > content.term.amount:
        return {"step_allotments": _("Tổng thời hạn các bước vượt thời hạn giải quyết.")}
    return {}


def _phase_faults(content: Content) -> dict[str, str]:
    if not content.phases:
        return {}
    keys = [phase.key for phase in content.phases]
    if len(set(keys)) < len(keys) or not all(keys):
        return {"phases": _("Mỗi giai đoạn phải có một mã riêng.")}
    if any((phase.agency is PhaseAgency.NAMED) != bool(phase.code) for phase in content.phases):
        return {"phases": _("Giai đoạn của một cơ quan cụ thể phải ghi mã cơ quan đó.")}
    if content.term is None:
        return {"phases": _("Hãy ghi thời hạn giải quyết trước khi chia cho từng cơ quan.")}
    parts = [_within(phase.term, content.term.unit) for phase in content.phases]
    if None in parts:
        return {"phases": _("Thời hạn của giai đoạn không quy được về đơn vị của thời hạn giải quyết.")}
    if sum(part or 0 for part in parts) > content.term.amount:
        return {"phases": _("Tổng thời hạn của các cơ quan vượt thời hạn giải quyết.")}
    return {}


def _within(term: Term, unit: Unit) -> int | None:
    """How much of a whole counted in `unit` a phase uses at most; None when the two cannot be compared."""
    if term.unit is unit:
        return term.amount
    if term.unit is Unit.HOUR and unit is Unit.WORKING_DAY:
        return -(-term.amount // DAY_HOURS)
    return None


def _deemed_faults(content: Content) -> dict[str, str]:
    if content.deemed is None:
        return {}
    if content.term is None:
        return {"deemed": _("Hãy ghi thời hạn giải quyết: hết hạn đó mới được coi là đã quyết định.")}
    if not content.deemed.ground.strip():
        return {"deemed": _("Hãy ghi căn cứ pháp lý của việc coi như chấp thuận hoặc từ chối.")}
    return {}


def _bundle_faults(content: Content) -> dict[str, str]:
    """Each part needs only earlier ones, so that they cannot wait for each other."""
    if not content.bundle:
        return {}
    papers = {paper.code for paper in content.papers}
    earlier: set[str] = set()
    for part in content.bundle:
        if part.procedure in earlier or not set(part.needs) <= earlier:
            return {"bundle": _("Mỗi thủ tục của nhóm chỉ được chờ kết quả của thủ tục đứng trước nó.")}
        if not {source for _paper, source in part.results} <= set(part.needs):
            return {"bundle": _("Giấy tờ là kết quả phải lấy từ thủ tục đứng trước.")}
        if not {source for _paper, source in part.papers} <= papers:
            return {"bundle": _("Nhóm thủ tục dùng một giấy tờ mà tờ khai chung không hỏi.")}
        if (part.agency is PhaseAgency.NAMED) != bool(part.code):
            return {"bundle": _("Thủ tục do một cơ quan cụ thể làm phải ghi mã cơ quan đó.")}
        earlier.add(part.procedure)
    if len(earlier) < 2:
        return {"bundle": _("Một nhóm phải có ít nhất hai thủ tục.")}
    return {}
