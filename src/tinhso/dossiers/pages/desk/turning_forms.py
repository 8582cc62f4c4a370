"""The forms of later promises, of originals given back, and of what happens after the result."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.dossiers.notices import in_words
from tinhso.dossiers.pages.desk.forms import ActForm, ground, words
from tinhso.dossiers.queries.originals import originals
from tinhso.ui.api import DateField


class Later(ActForm):
    """Until which day, and why: form 04 tells both to the applicant."""

    until = DateField(label=gettext_lazy("Hẹn lại ngày"))
    reason = words(
        gettext_lazy("Lý do chưa trả đúng hẹn"),
        hint=gettext_lazy("Người dân đọc được lý do này. Ví dụ: chờ kết quả đo đạc thực địa."),
        missing=gettext_lazy("Hãy ghi vì sao phải hẹn lại."),
        rows=2,
    )

    def prepare(self) -> None:
        self.fields["until"].help_text = _("Ngày làm việc, sau hẹn cũ %(due)s.") % {
            "due": in_words(self.about.view.row.due_at)
        }


class Grant(ActForm):
    """A word to the officer who asked, if there is one."""

    answer = words(gettext_lazy("Lời nhắn cho người đề nghị"), required=False, rows=2)


class Deny(ActForm):
    """Why the promise stays."""

    answer = words(
        gettext_lazy("Vì sao không đồng ý"),
        hint=gettext_lazy("Chỉ người đề nghị đọc. Ví dụ: còn ba ngày, hãy làm ngay trong tuần."),
        missing=gettext_lazy("Hãy ghi vì sao không đồng ý."),
        rows=2,
    )


class ReturnOriginals(ActForm):
    """How many of each, to whom, and who signed. There is a box for each paper of which some are left."""

    to_name = forms.CharField(
        label=gettext_lazy("Người nhận lại"),
        help_text=gettext_lazy("Họ và tên, đúng như trong giấy tờ xuất trình."),
        max_length=200,
        error_messages={"required": gettext_lazy("Hãy ghi họ và tên người nhận lại bản chính.")},
    )
    to_proof = forms.CharField(
        label=gettext_lazy("Giấy tờ xuất trình"),
        help_text=gettext_lazy("Ví dụ: căn cước số 091090000123, giấy ủy quyền ngày 02/3/2026."),
        max_length=300,
        required=False,
    )
    signed_for = forms.TypedChoiceField(
        label=gettext_lazy("Ký nhận"),
        choices=[
            ("yes", gettext_lazy("Người nhận đã ký vào phiếu trả")),
            ("no", gettext_lazy("Chưa ký, ghi vì sao ở dưới")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Hãy chọn người nhận đã ký hay chưa.")},
    )
    note = words(
        gettext_lazy("Ghi chú"),
        hint=gettext_lazy("Nếu chưa ký thì ghi vì sao. Ví dụ: gửi bưu điện, có phiếu gửi kèm."),
        required=False,
        rows=2,
    )

    def prepare(self) -> None:
        self.kept = [one for one in originals(self.about.view.row.id) if one.left]
        for one in self.kept:
            self.fields[f"goc-{one.paper}"] = forms.IntegerField(
                label=one.name,
                help_text=_("Đang giữ %(left)d bản chính.") % {"left": one.left},
                initial=one.left,
                min_value=0,
                max_value=99,
                error_messages={"required": _("Hãy ghi số bản trả lại; không trả thì ghi 0.")},
            )
        self.fields["to_name"].initial = self.about.view.applicant.name
        self.order_fields([*(f"goc-{one.paper}" for one in self.kept), "to_name"])

    def given(self) -> dict[str, Any]:
        given = super().given()
        counts: dict[UUID, int] = {one.paper: given.pop(f"goc-{one.paper}") for one in self.kept}
        return given | {"counts": counts}


class Correct(ActForm):
    """What is wrong with the result."""

    reason = words(
        gettext_lazy("Kết quả sai ở chỗ nào"),
        hint=gettext_lazy("Người dân đọc được. Ví dụ: ghi sai năm sinh của mẹ, đúng là 1990."),
        missing=gettext_lazy("Hãy ghi kết quả sai ở chỗ nào."),
    )


class Revoke(ActForm):
    """Why, on what ground, and by which decision the result is taken back."""

    reason = words(
        gettext_lazy("Lý do thu hồi"),
        hint=gettext_lazy("Người dân và nơi kiểm tra kết quả đọc được. Việc này không làm lại được."),
        missing=gettext_lazy("Hãy ghi vì sao thu hồi."),
        rows=2,
    )
    ground = ground(
        hint=gettext_lazy("Điều, khoản của văn bản. Ví dụ: khoản 2 Điều 22 Luật Cư trú."),
        missing=gettext_lazy("Hãy ghi căn cứ pháp lý của việc thu hồi."),
    )
    decision_number = forms.CharField(
        label=gettext_lazy("Số, ký hiệu quyết định"),
        help_text=gettext_lazy("Ví dụ: 125/QĐ-UBND."),
        max_length=100,
        error_messages={"required": gettext_lazy("Hãy ghi số, ký hiệu quyết định thu hồi.")},
    )
    decision_day = DateField(label=gettext_lazy("Ngày ký quyết định"))
