"""Texts to start from, filled with the form's own questions, so that a clerk deletes instead of typing."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from tinhso.forms import api as forms
from tinhso.studio.documents.judging import Known

MOST_ROWS = 14
_LEFT_OUT = (forms.Kind.FILE, forms.Kind.CONSENT, forms.Kind.LONG_TEXT)

KINDS: dict[str, tuple[str | Promise, str]] = {
    "xac-nhan": (
        gettext_lazy("Giấy xác nhận"),
        "# {title}\n"
        "Xét đề nghị của {{{{chu_ho_so.ho_ten}}}}, hồ sơ {{{{ho_so.ma}}}} nộp ngày {{{{ho_so.ngay_nop}}}},\n"
        "> **XÁC NHẬN**\n"
        "{facts}{tables}\n"
        "Giấy này dùng vào việc [[ghi chú: Dùng vào việc]].\n",
    ),
    "quyet-dinh": (
        gettext_lazy("Quyết định"),
        "# Quyết định\n"
        "## {title}\n"
        "__Căn cứ {{{{ho_so.can_cu}}}};__\n"
        "__Xét hồ sơ {{{{ho_so.ma}}}} của {{{{chu_ho_so.ho_ten}}}},__\n"
        "> **QUYẾT ĐỊNH:**\n"
        "**Điều 1.** [[ghi chú: Nội dung quyết định]]\n"
        "{facts}{tables}\n"
        "**Điều 2.** Quyết định này có hiệu lực từ ngày ký.\n"
        "**Điều 3.** {{{{chu_ho_so.ho_ten}}}} và các cá nhân, đơn vị có liên quan chịu trách nhiệm thi hành.\n"
        "[[nơi nhận]]\n"
        "- Như Điều 3;\n"
        "- Lưu: VT.\n",
    ),
    "giay-phep": (
        gettext_lazy("Giấy phép"),
        "# {title}\n"
        "Cấp cho **{{{{chu_ho_so.ho_ten|hoa}}}}**, số định danh {{{{chu_ho_so.so_dinh_danh}}}}, với các nội dung sau:\n"
        "{facts}{tables}\n"
        "Điều kiện kèm theo :: [[ghi chú: Điều kiện kèm theo?]]\n"
        "Có giá trị đến :: [[ghi chú: Có giá trị đến ngày]]\n"
        "Người được cấp phải làm đúng nội dung của giấy này và xuất trình khi được yêu cầu.\n",
    ),
    "thong-bao": (
        gettext_lazy("Thông báo"),
        "# Thông báo\n"
        "## {title}\n"
        "Kính gửi: {{{{chu_ho_so.ho_ten}}}}, {{{{chu_ho_so.dia_chi?}}}}\n"
        "Ngày {{{{ho_so.ngay_nop}}}}, {{{{co_quan.ten}}}} nhận hồ sơ {{{{ho_so.ma}}}} của ông/bà.\n"
        "[[ghi chú: Nội dung thông báo]]\n"
        "{facts}{tables}\n"
        "[[nơi nhận]]\n"
        "- Như trên;\n"
        "- Lưu: VT.\n",
    ),
    "trich-luc": (
        gettext_lazy("Trích lục"),
        "# {title}\n"
        "> __(Trích từ sổ gốc)__\n"
        "{facts}{tables}\n"
        "Số ghi trong sổ :: [[ghi chú: Số, quyển số]]\n"
        "Trích lục này có giá trị như bản chính.\n",
    ),
}
"""Kinds of documents by their key: a label and a text with places for its title, rows and tables."""


def starting(kind: str, names: Known, *, title: str) -> str:
    """The text to start from, with the questions of the form as rows."""
    return KINDS[kind][1].format(
        title=title or "Tên văn bản",
        facts="\n".join(_facts(names)),
        tables="".join(f"\n{line}" for line in _tables(names)),
    )


def _facts(names: Known) -> Iterator[str]:
    rows = [
        one
        for one in names.asked.values()
        if not one.table and one.kind not in (*_LEFT_OUT, forms.Kind.TABLE)
    ]
    for one in rows[:MOST_ROWS]:
        yield f"{_plain(one.label)} :: {_put(one, names)}"


def _tables(names: Known) -> Iterator[str]:
    for table in names.asked.values():
        columns = [
            one for one in names.asked.values() if one.table == table.path and one.kind not in _LEFT_OUT
        ][:6]
        if table.kind is not forms.Kind.TABLE or not columns:
            continue
        if table.path in names.sometimes:
            yield f"[[nếu {table.path}]]"
        yield f"{_plain(table.label)}:"
        yield "| " + " | ".join(["STT", *(_plain(one.label) for one in columns)]) + " |"
        yield "| " + " | ".join(["{{stt}}", *(_put(one, names) for one in columns)]) + " |"
        if table.path in names.sometimes:
            yield "[[hết]]"


def _put(one: forms.Asked, names: Known) -> str:
    sure = one.required or one.kind is forms.Kind.COMPUTED
    maybe = "" if sure and (one.table or one.path not in names.sometimes) else "?"
    return f"{{{{{one.path}{maybe}}}}}"


def _plain(label: str) -> str:
    """A label as text of the language: its marks kept as they are."""
    return "".join(f"\\{letter}" if letter in "\\*_{}[]|" else letter for letter in label.rstrip("?: "))
