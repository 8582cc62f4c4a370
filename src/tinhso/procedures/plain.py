"""The plain form and process that a procedure has until somebody makes better ones; pure functions.

The form asks only what every request says (who asks, in which case, for what, how to be reached), so it fits
any procedure and is the same for many: they share one published version. Its words follow the general request
of NĐ 61/2018/NĐ-CP; nothing in it comes from one procedure except the names of its cases.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import orjson

from tinhso.foundation.worktime import Unit
from tinhso.procedures.contracts import ApplicantKind, Content

FORM = "don-chung."
"""How the codes of plain forms begin."""
AT_ONCE, EXAMINED = "mot-buoc", "tham-dinh-ky"
"""Keys of the gallery: settled at the counter on the day, or examined by a specialist and signed."""
PERSONS = frozenset(
    {ApplicantKind.CITIZEN, ApplicantKind.OVERSEAS, ApplicantKind.FOREIGNER, ApplicantKind.OFFICIAL}
)
ORGANISATIONS = frozenset(ApplicantKind) - PERSONS
HOURS_OF_A_DAY = 8
LONGEST_CASE = 160
MOST_CASES = 30
MINUTES = 5
NUMBERED = re.compile(r"^(?:[-–+*•]|\d{1,2}(?:\.\d{1,2})*[.)]|[a-zđ]\)|[IVX]{1,4}\.)\s*")


def plain_form(content: Content) -> dict[str, Any]:
    """The definition of the form (docs/forms.md). Always sound: `forms.examine` finds nothing in it."""
    pages = [*_who(content), *_case(content), _asked(), _reached(), _promised()]
    return {
        "title": "Đơn đề nghị giải quyết thủ tục hành chính",
        "minutes": MINUTES,
        "parts": [
            {"name": "nguoi-nop", "title": "Người đề nghị"},
            {"name": "noi-dung", "title": "Nội dung đề nghị"},
            {"name": "xong", "title": "Liên hệ và cam đoan"},
        ],
        "pages": pages,
    }


def form_code(definition: dict[str, Any]) -> str:
    """The code that procedures with the same plain form share."""
    written = orjson.dumps(definition, option=orjson.OPT_SORT_KEYS)
    return FORM + hashlib.sha256(written).hexdigest()[:16]


def plain_process(content: Content) -> str:
    """The key of the gallery's process: a term within one working day is settled at once."""
    term = content.term
    if term is None:
        return EXAMINED
    quick = (term.unit is Unit.HOUR and term.amount <= HOURS_OF_A_DAY) or (
        term.unit is Unit.WORKING_DAY and term.amount <= 1
    )
    return AT_ONCE if quick else EXAMINED


def cases_of(content: Content) -> tuple[str, ...]:
    """The cases by which papers are grouped, each once, in their order, as a person would read them."""
    found = dict.fromkeys(_case_words(paper.case) for paper in content.papers if paper.case)
    return tuple(case for case in found if case)[:MOST_CASES]


def _case_words(case: str) -> str:
    words = NUMBERED.sub("", " ".join(case.split())).strip(" :;.-–")
    if len(words) > LONGEST_CASE:
        words = words[: LONGEST_CASE - 1].rsplit(" ", 1)[0] + "…"
    return words[:1].upper() + words[1:]


def _who(content: Content) -> list[dict[str, Any]]:
    kinds = set(content.applicant_kinds)
    persons, organisations = bool(kinds & PERSONS), bool(kinds & ORGANISATIONS)
    both = persons == organisations
    pages: list[dict[str, Any]] = []
    if both:
        choice = {
            "name": "loai_nguoi_nop",
            "kind": "choice",
            "label": "Người đề nghị",
            "spoken": "người đề nghị là cá nhân hay tổ chức",
            "options": [
                {"value": "ca_nhan", "label": "Cá nhân"},
                {"value": "to_chuc", "label": "Tổ chức, doanh nghiệp, hộ kinh doanh"},
            ],
        }
        pages.append(
            {"name": "loai", "part": "nguoi-nop", "question": "Ai đề nghị giải quyết?", "fields": [choice]}
        )
    if persons or both:
        person = {
            "name": "nguoi",
            "kind": "person",
            "label": "Người đề nghị",
            "parts": ["ho_ten", "ngay_sinh", "so_dinh_danh"],
            "prefill": "applicant",
        }
        pages.append(_page_of("ca-nhan", "Người đề nghị là ai?", person, "ca_nhan" if both else ""))
    if organisations or both:
        organisation = {
            "name": "to_chuc",
            "kind": "organisation",
            "label": "Tổ chức đề nghị",
            "parts": ["ten", "ma_so_thue", "nguoi_dai_dien"],
            "optional_parts": ["ma_so_thue"],
            "prefill": "applicant",
        }
        pages.append(_page_of("to-chuc", "Tổ chức nào đề nghị?", organisation, "to_chuc" if both else ""))
    return pages


def _page_of(name: str, question: str, field: dict[str, Any], only: str) -> dict[str, Any]:
    page: dict[str, Any] = {"name": name, "part": "nguoi-nop", "question": question, "fields": [field]}
    if only:
        page["show_if"] = {"==": [{"var": "loai_nguoi_nop"}, only]}
    return page


def _case(content: Content) -> list[dict[str, Any]]:
    cases = cases_of(content)
    if not cases:
        return []
    options = [{"value": f"truong_hop_{place}", "label": case} for place, case in enumerate(cases, start=1)]
    options.append({"value": "khac", "label": "Không thuộc trường hợp nào ở trên"})
    field = {
        "name": "truong_hop",
        "kind": "choices",
        "label": "Trường hợp của hồ sơ",
        "hint": "Chọn mọi trường hợp đúng với hồ sơ: giấy tờ phải nộp tùy theo trường hợp.",
        "options": options,
    }
    question = "Hồ sơ thuộc trường hợp nào?"
    return [{"name": "truong-hop", "part": "noi-dung", "question": question, "fields": [field]}]


def _asked() -> dict[str, Any]:
    field = {
        "name": "noi_dung",
        "kind": "long_text",
        "label": "Nội dung đề nghị",
        "hint": "Viết ngắn gọn việc cần giải quyết và lý do. Giấy tờ kèm theo gửi ở bước sau.",
        "max_length": 4000,
    }
    return {
        "name": "noi-dung",
        "part": "noi-dung",
        "question": "Ông/bà đề nghị giải quyết việc gì?",
        "fields": [field],
    }


def _reached() -> dict[str, Any]:
    return {
        "name": "lien-he",
        "part": "xong",
        "question": "Liên hệ với ông/bà thế nào?",
        "hint": "Chỉ dùng để báo tin về hồ sơ này.",
        "fields": [
            {
                "name": "lien_he.dien_thoai",
                "kind": "text",
                "label": "Số điện thoại",
                "format": "phone",
                "prefill": "account.phone",
            },
            {
                "name": "lien_he.thu_dien_tu",
                "kind": "text",
                "label": "Thư điện tử",
                "format": "email",
                "required": False,
                "prefill": "account.email",
            },
            {
                "name": "lien_he.dia_chi",
                "kind": "text",
                "label": "Địa chỉ",
                "required": False,
                "max_length": 250,
            },
        ],
    }


def _promised() -> dict[str, Any]:
    words = (
        "Tôi cam đoan những lời khai trên là đúng sự thật và chịu trách nhiệm trước pháp luật"
        " về lời khai của mình."
    )
    field = {"name": "cam_doan", "kind": "consent", "label": words}
    return {"name": "cam-doan", "part": "xong", "question": "Cam đoan", "fields": [field]}
