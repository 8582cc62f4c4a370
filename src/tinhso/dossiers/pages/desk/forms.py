"""The forms of acts: few boxes, each with an example and a limit; choices come from what stands now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.directory import api as directory
from tinhso.dossiers.contracts import DossierView
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.queries import passing, process, unsent
from tinhso.dossiers.queries.asking import asked_before
from tinhso.dossiers.queries.workload import staff
from tinhso.foundation import paper
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures

LONGEST = 2000
BODY = "body"


@dataclass(frozen=True, slots=True)
class About:
    """The dossier a form is about, for whom, and when."""

    view: DossierView
    actor: ActorRef
    at: datetime

    @property
    def writer(self) -> UUID:
        """The officer who writes; pages let nobody else in."""
        if self.actor.id is None:
            raise ValueError("nobody writes here")
        return self.actor.id


class ActForm(forms.Form):
    """A form of one act. It carries the version that was read, and the list it came from.

    With `slug` it opens with what the officer typed into it before and did not send (`typed`).
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, about: About, slug: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about
        self.typed = unsent.typed(about.writer, dossier=about.view.row.id, slug=slug) if slug else None
        self.fields["version"].initial = about.view.row.version
        self.prepare()
        for name, value in (self.typed.fields if self.typed else {}).items():
            if name in self.fields and name != "version":
                self.fields[name].initial = value

    def prepare(self) -> None:
        """Choices and first words that depend on the dossier."""

    @property
    def writes(self) -> bool:
        """Whether there is something to write, which is kept while it is written."""
        return any(isinstance(bound.field.widget, forms.Textarea) for bound in self.visible_fields())

    def given(self) -> dict[str, Any]:
        """What the operation takes besides who, when and which."""
        return {key: value for key, value in self.cleaned_data.items() if key != "version"}

    def written(self) -> str:
        """What the officer typed, to be kept when someone else was first."""
        parts = [
            self.data.get(bound.html_name, "")
            for bound in self.visible_fields()
            if isinstance(bound.field.widget, forms.Textarea | forms.TextInput)
        ]
        return "\n\n".join(part for part in parts if part.strip())


def words(label: Any, *, hint: Any = "", required: bool = True, missing: Any = "", rows: int = 4) -> Any:
    """A box for a few sentences."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing} if missing else {},
    )


def ground(*, hint: Any, missing: Any) -> Any:
    """A line for the legal ground of an act."""
    return forms.CharField(
        label=gettext_lazy("Căn cứ"), help_text=hint, max_length=300, error_messages={"required": missing}
    )


class Plain(ActForm):
    """Nothing to write: only the confirmation."""


class Refuse(ActForm):
    """Why it is not taken in, and on what ground."""

    reason = words(
        gettext_lazy("Lý do không tiếp nhận"),
        hint=gettext_lazy(
            "Ví dụ: Nơi cư trú của ông/bà thuộc xã khác. Ông/bà có thể nộp tại UBND xã nơi cư trú."
        ),
        missing=gettext_lazy("Hãy ghi lý do không tiếp nhận."),
    )
    ground = ground(
        hint=gettext_lazy("Điều, khoản của văn bản. Ví dụ: khoản 1 Điều 13 Luật Hộ tịch."),
        missing=gettext_lazy("Hãy ghi căn cứ pháp lý của việc từ chối."),
    )


class Supplement(ActForm):
    """Words beside the papers, which the page itself draws. One request too many must say why."""

    again = words(
        gettext_lazy("Vì sao phải yêu cầu thêm lần nữa"),
        hint=gettext_lazy("Ví dụ: giấy tờ vừa bổ sung cho thấy còn thiếu văn bản ủy quyền."),
        missing=gettext_lazy("Hãy ghi vì sao phải yêu cầu thêm lần nữa."),
        rows=2,
    )
    message = words(
        gettext_lazy("Lời nhắn thêm"),
        hint=gettext_lazy("Ví dụ: Nếu không chụp rõ được, ông/bà có thể mang bản chính đến quầy số 3."),
        required=False,
        rows=2,
    )

    def prepare(self) -> None:
        row = self.about.view.row
        self.asked = asked_before(row.id, submitted_at=row.submitted_at)
        if not self.asked.beyond:
            del self.fields["again"]


class Pause(ActForm):
    """Why the clock stands."""

    reason = words(
        gettext_lazy("Lý do tạm dừng"),
        hint=gettext_lazy("Người dân đọc được lý do này. Ví dụ: chờ ý kiến của Sở Xây dựng."),
        missing=gettext_lazy("Hãy ghi lý do tạm dừng."),
    )


class Resume(ActForm):
    """Why it goes on, if there is something to say."""

    note = words(gettext_lazy("Ghi chú"), required=False, rows=2)


class Stop(ActForm):
    """Why the handling ends for good."""

    reason = words(
        gettext_lazy("Lý do dừng giải quyết"),
        hint=gettext_lazy("Lý do đi vào thông báo gửi người dân. Việc này không làm lại được."),
        missing=gettext_lazy("Hãy ghi lý do dừng."),
    )
    ground = ground(
        hint=gettext_lazy("Điều, khoản của văn bản cho phép dừng. Ghi vào thông báo dừng giải quyết."),
        missing=gettext_lazy("Hãy ghi căn cứ pháp lý của việc dừng."),
    )


class Withdraw(ActForm):
    """Why the person takes it back; at the counter, with their signed request."""

    reason = words(
        gettext_lazy("Lý do rút"),
        hint=gettext_lazy("Ghi theo đơn xin rút của người nộp. Việc này không làm lại được."),
        missing=gettext_lazy("Hãy ghi lý do rút hồ sơ."),
    )


class SendBack(ActForm):
    """What the specialist should mend."""

    reason = words(
        gettext_lazy("Chỗ cần sửa"),
        hint=gettext_lazy("Chỉ chuyên viên đọc. Ví dụ: ngày sinh của mẹ chưa khớp với căn cước."),
        missing=gettext_lazy("Hãy ghi chỗ cần sửa để chuyên viên biết."),
    )


class HandOver(ActForm):
    """How it was handed over."""

    note = words(
        gettext_lazy("Ghi chú"),
        hint=gettext_lazy("Ví dụ: đã giao bản giấy cho người nộp, có ký nhận."),
        required=False,
        rows=2,
    )


class AskObligation(ActForm):
    """Which obligation, how much, where."""

    what = words(
        gettext_lazy("Nghĩa vụ phải thực hiện"),
        hint=gettext_lazy("Ví dụ: Lệ phí trước bạ 1.250.000 đồng theo thông báo số 12/TB-CCT."),
        missing=gettext_lazy("Hãy ghi nghĩa vụ tài chính phải thực hiện."),
    )


class SettleObligation(ActForm):
    """What proves that it was met."""

    note = words(
        gettext_lazy("Chứng từ"),
        hint=gettext_lazy("Ví dụ: biên lai số 0001234 ngày 24/11/2026."),
        required=False,
        rows=2,
    )


class Note(ActForm):
    """A note between officers."""

    text = words(
        gettext_lazy("Ghi chú nội bộ"),
        hint=gettext_lazy("Chỉ cán bộ trong cơ quan đọc được, người dân không thấy."),
        missing=gettext_lazy("Hãy viết nội dung ghi chú."),
    )


class Letter(ActForm):
    """A message to the applicant."""

    text = words(
        gettext_lazy("Lời nhắn"),
        hint=gettext_lazy(
            "Người dân đọc được trong hồ sơ của mình. Ví dụ: Mời ông/bà mang bản chính giấy chứng sinh "
            "đến quầy số 3 trước 17:00 thứ Sáu."
        ),
        missing=gettext_lazy("Hãy viết lời nhắn."),
    )


class OwnLetter(ActForm):
    """A letter of the procedure: the officer's words for its places, and what to say beside it.

    `chosen` is its code in the address; a form sent or kept says it itself. Without one it is the first.
    """

    letter = forms.CharField(widget=forms.HiddenInput)
    text = words(
        gettext_lazy("Lời nhắn kèm theo"),
        hint=gettext_lazy("Người dân đọc được trong hồ sơ của mình."),
        required=False,
        rows=2,
    )

    def __init__(self, *args: Any, chosen: str = "", **kwargs: Any) -> None:
        self.chosen = chosen
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        self.letters = procedures.version(self.about.view.procedure_version).own_letters
        kept = self.typed.fields.get("letter", "") if self.typed else ""
        asked = self.data.get("letter", "") or self.chosen or kept
        codes = [letter.code for letter in self.letters]
        self.code = asked if asked in codes else next(iter(codes), "")
        self.fields["letter"].initial = self.code
        if kept != self.code:
            self.typed = None
        template = next((letter.template for letter in self.letters if letter.code == self.code), "")
        self.places = paper.places(template) if template else {}
        wanted = paper.asks(template).values if template else ()
        must = {value.path for value in wanted if not value.optional and not value.when}
        for name, label in self.places.items():
            missing = _("Hãy ghi: %(place)s.") % {"place": label}
            self.fields[f"w-{name}"] = words(
                label, required=f"written.{name}" in must, missing=missing, rows=2
            )
        self.order_fields([*(f"w-{name}" for name in self.places), "text"])

    def given(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "letter": self.code,
            "written": {name: given.get(f"w-{name}", "").strip() for name in self.places},
            "text": given.get("text", ""),
        }


class Brought(ActForm):
    """Who brought the papers asked for; the papers themselves the page draws."""

    note = words(
        gettext_lazy("Người mang đến, ghi chú"),
        hint=gettext_lazy("Ví dụ: chị gái của người nộp mang đến, có giấy ủy quyền."),
        required=False,
        rows=2,
    )


class FilledIn(ActForm):
    """On whose word something is written into the dossier; what is lacking the page itself draws."""

    word = forms.CharField(
        label=gettext_lazy("Ai cho biết"),
        help_text=gettext_lazy(
            "Họ tên người đứng tại quầy. Tên này và tên anh/chị được ghi vào nhật ký hồ sơ."
        ),
        max_length=200,
        error_messages={"required": gettext_lazy("Hãy ghi ai cho biết.")},
    )

    def prepare(self) -> None:
        """Who stands there is the applicant, as long as nothing else is said."""
        self.fields["word"].initial = self.about.view.applicant.name


class JudgedFees(ActForm):
    """The version that was read; the sums the page itself draws."""


class HandOn(ActForm):
    """What the agency found, for the next one."""

    note = words(
        gettext_lazy("Ý kiến chuyển kèm"),
        hint=gettext_lazy("Cơ quan tiếp theo và người dân đọc được. Ví dụ: đã xác minh, đủ điều kiện."),
        required=False,
        rows=3,
    )


class Receive(ActForm):
    """What is to be said of what came, if anything."""

    note = words(
        gettext_lazy("Ghi chú khi nhận"),
        hint=gettext_lazy("Ví dụ: nhận đủ 3 bản chính."),
        required=False,
        rows=2,
    )


class AskOpinion(ActForm):
    """What is asked, of whom, and which papers they may see for it."""

    question = words(
        gettext_lazy("Nội dung xin ý kiến"),
        hint=gettext_lazy("Ví dụ: Thửa đất có nằm trong chỉ giới đường đỏ không?"),
        missing=gettext_lazy("Hãy ghi nội dung cần hỏi ý kiến."),
    )
    agencies = forms.MultipleChoiceField(
        label=gettext_lazy("Hỏi các cơ quan"),
        help_text=gettext_lazy("Chọn ít nhất một nơi, ở đây hoặc ở ô xã, phường bên dưới."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    commune = forms.ChoiceField(label=gettext_lazy("Hỏi thêm một xã, phường"), required=False)
    papers = forms.MultipleChoiceField(
        label=gettext_lazy("Giấy tờ cho xem"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        found = directory.agencies(today(self.about.at))
        here = directory.unit(self.about.view.row.unit).agency_id
        communes = [one for one in found if one.level is directory.AgencyLevel.COMMUNE and one.id != here]
        others = [one for one in found if one.level is directory.AgencyLevel.PROVINCE and one.id != here]
        self._offer("agencies", [(str(one.id), one.name) for one in others])
        self._offer("commune", [("", _("Không hỏi")), *((str(one.id), one.name) for one in communes)])
        self._offer("papers", [(str(one.id), one.name) for one in self.about.view.papers if one.current])
        row, at = self.about.view.row, self.about.at
        always = {str(one) for one in process.asked_always(row.id, step=row.step, at=at)}
        self.fields["agencies"].initial = [str(one.id) for one in others if str(one.id) in always]
        self.fields["commune"].initial = next((str(one.id) for one in communes if str(one.id) in always), "")

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        given = self.cleaned_data
        asked = [*given["agencies"], *([given["commune"]] if given["commune"] else [])]
        return {
            "question": given["question"],
            "agencies": [UUID(one) for one in asked],
            "papers": [UUID(one) for one in given["papers"]],
        }


class CollectAt(ActForm):
    """At which centre the person collects the result."""

    agency_id = forms.TypedChoiceField(
        label=gettext_lazy("Nhận kết quả tại"),
        coerce=UUID,
        error_messages={"required": gettext_lazy("Hãy chọn nơi nhận kết quả.")},
    )

    def prepare(self) -> None:
        row = self.about.view.row
        choices = [(str(agency), name) for agency, name in passing.near(row.id, at=self.about.at).items()]
        self.fields["agency_id"].choices = [("", _("Chọn nơi nhận")), *choices]  # type: ignore[attr-defined]


class Forward(ActForm):
    """To which unit of the agency."""

    unit_id = forms.TypedChoiceField(
        label=gettext_lazy("Chuyển đến"),
        coerce=UUID,
        error_messages={"required": gettext_lazy("Hãy chọn đơn vị nhận.")},
    )
    note = words(gettext_lazy("Lời nhắn cho đơn vị nhận"), required=False, rows=2)

    def prepare(self) -> None:
        row = self.about.view.row
        here = directory.unit(row.unit).agency_id
        units = directory.units_of(here, today(self.about.at))
        choices = [(str(unit.id), unit.name) for unit in units if unit.id != row.unit]
        self.fields["unit_id"].choices = [("", _("Chọn đơn vị")), *choices]  # type: ignore[attr-defined]


class Assign(ActForm):
    """To which officer of the unit."""

    to = forms.TypedChoiceField(
        label=gettext_lazy("Giao cho"),
        coerce=UUID,
        error_messages={"required": gettext_lazy("Hãy chọn người nhận việc.")},
    )
    reason = words(
        gettext_lazy("Lý do"),
        hint=gettext_lazy("Người giữ cũ và mới đọc được. Ví dụ: chị Hoa đi học từ 01/12."),
        required=False,
        rows=2,
    )

    def prepare(self) -> None:
        about, at = Dossier.objects.get(id=self.about.view.row.id), self.about.at
        people = staff([about], at=at)
        suggested = people.suggestion(about)
        self.fields["to"].choices = [("", _("Chọn người")), *people.choices()]  # type: ignore[attr-defined]
        if suggested is not None:
            self.fields["to"].help_text = suggested.words


class Draft(ActForm):
    """The specialist's own words for the open places of the result, and who will sign it.

    A template that names no places takes one text of paragraphs, unless clerks wrote all of it in the studio.
    """

    signer = forms.ChoiceField(
        label=gettext_lazy("Người ký"),
        error_messages={"required": gettext_lazy("Hãy chọn người ký.")},
    )

    def prepare(self) -> None:
        at = self.about.at
        signs = passing.signing_agency(self.about.view.row.id, at=at)
        units = directory.units_of(signs, today(at), directory.UnitKind.LEADERSHIP)
        leaders = identity.officers_of([unit.id for unit in units], at, identity.Role.LEADER)
        self.leaders = {str(leader.id): leader for leader in leaders}
        self.fields["signer"].choices = [  # type: ignore[attr-defined]
            (key, f"{leader.full_name}, {leader.title}") for key, leader in self.leaders.items()
        ]
        self.places = self._places()
        for name, label in self.places.items():
            self.fields[f"w-{name}"] = words(label, required=False, rows=8 if name == BODY else 2)
        self.order_fields([*(f"w-{name}" for name in self.places), "signer"])

    def _places(self) -> dict[str, str]:
        template = procedures.version(self.about.view.procedure_version).result_template
        named = paper.places(template) if template else {}
        if template and paper.written_as(template):
            return named
        return named or {BODY: _("Nội dung, mỗi dòng là một đoạn")}

    def words(self) -> dict[str, str]:
        """What was written so far, with the signer's name and title when one is chosen."""
        given = self.cleaned_data
        leader = self.leaders.get(given.get("signer", ""))
        signer = {"signer_name": leader.full_name, "signer_title": leader.title} if leader else {}
        return {name: given.get(f"w-{name}", "").strip() for name in self.places} | signer

    def given(self) -> dict[str, Any]:
        return {"written": self.words()}
