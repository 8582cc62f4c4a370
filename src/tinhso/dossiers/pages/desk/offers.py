"""The acts of the desk: address, key, words, form and operation of each, in one table."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.dossiers import letters
from tinhso.dossiers.operations import (
    corrections,
    endings,
    extensions,
    intake,
    obligations,
    opinions,
    originals,
    results,
    revocations,
    routing,
    transfers,
)
from tinhso.dossiers.pages.desk import forms, turning_forms


@dataclass(frozen=True, slots=True)
class Offer:
    """One act as a page. `question` heads its form, `done` is said after it; `%(code)s` may stand in both."""

    act: str
    slug: str
    verb: str
    question: str
    done: str
    form: type[forms.ActForm]
    do: Callable[..., Any] | None
    key: str = ""
    grave: bool = False

    @property
    def label(self) -> str:
        """The words on the button."""
        return _(self.verb)

    @property
    def lead(self) -> str:
        """The words before the letter of the key in the label, which is underlined."""
        at = self._at()
        if at < 0:
            return f"{self.label} (" if self.key else self.label
        return self.label[:at]

    @property
    def letter(self) -> str:
        """The letter of the key as it stands in the label, or beside it; empty without a key."""
        at = self._at()
        return self.label[at] if at >= 0 else self.key

    @property
    def rest(self) -> str:
        """The words after the letter."""
        at = self._at()
        if at < 0:
            return ")" if self.key else ""
        return self.label[at + 1 :]

    def _at(self) -> int:
        return self.label.upper().find(self.key) if self.key else -1


OFFERS: tuple[Offer, ...] = (
    Offer(
        "receive",
        "nhan-ban-giao",
        gettext_noop("Xác nhận đã nhận"),
        gettext_noop("Xác nhận đã nhận hồ sơ bàn giao?"),
        gettext_noop("Đã xác nhận nhận bàn giao %(code)s."),
        forms.Receive,
        transfers.receive,
        key="X",
    ),
    Offer(
        "accept",
        "tiep-nhan",
        gettext_noop("Tiếp nhận"),
        gettext_noop("Tiếp nhận hồ sơ này?"),
        gettext_noop("Đã tiếp nhận %(code)s."),
        forms.Plain,
        intake.accept,
        key="T",
    ),
    Offer(
        "ask_supplement",
        "bo-sung",
        gettext_noop("Bổ sung"),
        gettext_noop("Yêu cầu bổ sung"),
        gettext_noop("Đã gửi yêu cầu bổ sung %(code)s."),
        forms.Plain,
        None,
        key="B",
    ),
    Offer(
        "hand_on",
        "chuyen-co-quan",
        gettext_noop("Chuyển cơ quan tiếp theo"),
        gettext_noop("Xong phần của cơ quan, chuyển cơ quan tiếp theo?"),
        gettext_noop("Đã chuyển %(code)s sang cơ quan tiếp theo."),
        forms.HandOn,
        routing.hand_on,
        key="K",
    ),
    Offer(
        "draft_result",
        "du-thao",
        gettext_noop("Dự thảo, trình ký"),
        gettext_noop("Dự thảo kết quả"),
        gettext_noop("Đã trình ký kết quả của %(code)s."),
        forms.Draft,
        results.draft,
        key="K",
    ),
    Offer(
        "sign",
        "ky",
        gettext_noop("Ký"),
        gettext_noop("Đọc rồi ký"),
        gettext_noop("Đã ký kết quả của %(code)s."),
        forms.Plain,
        None,
        key="K",
    ),
    Offer(
        "seal",
        "dong-dau",
        gettext_noop("Cấp số, đóng dấu"),
        gettext_noop("Cấp số và đóng dấu kết quả này?"),
        gettext_noop("Đã cấp số, đóng dấu kết quả của %(code)s."),
        forms.Plain,
        None,
        key="K",
    ),
    Offer(
        "hand_over",
        "tra-ket-qua",
        gettext_noop("Trả kết quả"),
        gettext_noop("Trả kết quả cho người nộp?"),
        gettext_noop("Đã trả kết quả %(code)s."),
        forms.HandOver,
        results.hand_over,
        key="T",
    ),
    Offer(
        "send_back",
        "tra-lai",
        gettext_noop("Trả lại dự thảo"),
        gettext_noop("Trả lại dự thảo cho chuyên viên"),
        gettext_noop("Đã trả lại dự thảo của %(code)s."),
        forms.SendBack,
        results.send_back,
        key="R",
    ),
    Offer(
        "grant_extension",
        "dong-y-hen-lai",
        gettext_noop("Đồng ý hẹn lại"),
        gettext_noop("Đồng ý hẹn lại?"),
        gettext_noop("Đã hẹn lại %(code)s; người dân đã được báo."),
        turning_forms.Grant,
        extensions.grant,
        key="L",
    ),
    Offer(
        "deny_extension",
        "khong-hen-lai",
        gettext_noop("Không đồng ý hẹn lại"),
        gettext_noop("Không đồng ý hẹn lại"),
        gettext_noop("Đã trả lời: không hẹn lại %(code)s."),
        turning_forms.Deny,
        extensions.deny,
    ),
    Offer(
        "apologise",
        "hen-lai",
        gettext_noop("Xin lỗi, hẹn lại"),
        gettext_noop("Xin lỗi và hẹn lại ngày trả"),
        gettext_noop("Đã xin lỗi và hẹn lại %(code)s; người dân đã được báo."),
        turning_forms.Later,
        extensions.apologise,
        key="L",
    ),
    Offer(
        "ask_extension",
        "de-nghi-hen-lai",
        gettext_noop("Đề nghị hẹn lại"),
        gettext_noop("Đề nghị lãnh đạo cho hẹn lại"),
        gettext_noop("Đã đề nghị hẹn lại %(code)s."),
        turning_forms.Later,
        extensions.ask,
        key="L",
    ),
    Offer(
        "resume",
        "tiep-tuc",
        gettext_noop("Tiếp tục giải quyết"),
        gettext_noop("Tiếp tục giải quyết?"),
        gettext_noop("Đã tiếp tục %(code)s; hạn đã dời theo thời gian dừng."),
        forms.Resume,
        routing.resume,
    ),
    Offer(
        "settle_obligation",
        "da-nop",
        gettext_noop("Xác nhận đã nộp"),
        gettext_noop("Người dân đã thực hiện nghĩa vụ tài chính?"),
        gettext_noop("Đã xác nhận nghĩa vụ tài chính của %(code)s."),
        forms.SettleObligation,
        obligations.settle,
    ),
    Offer(
        "assign",
        "phan-cong",
        gettext_noop("Phân công"),
        gettext_noop("Phân công hồ sơ"),
        gettext_noop("Đã phân công %(code)s."),
        forms.Assign,
        routing.assign,
        key="P",
    ),
    Offer(
        "forward",
        "chuyen",
        gettext_noop("Chuyển"),
        gettext_noop("Chuyển sang đơn vị khác"),
        gettext_noop("Đã chuyển %(code)s."),
        forms.Forward,
        routing.forward,
        key="C",
    ),
    Offer(
        "return_originals",
        "tra-ban-chinh",
        gettext_noop("Trả bản chính"),
        gettext_noop("Trả lại bản chính cho người nộp"),
        gettext_noop("Đã trả bản chính của %(code)s."),
        turning_forms.ReturnOriginals,
        originals.give_back,
        key="J",
    ),
    Offer(
        "note",
        "ghi-chu",
        gettext_noop("Ghi chú"),
        gettext_noop("Ghi chú nội bộ"),
        gettext_noop("Đã lưu ghi chú của %(code)s."),
        forms.Note,
        endings.note,
        key="G",
    ),
    Offer(
        "message",
        "nhan-tin",
        gettext_noop("Nhắn người dân"),
        gettext_noop("Nhắn người nộp"),
        gettext_noop("Tin về %(code)s sẽ gửi sau ít giây."),
        forms.Letter,
        letters.write,
        key="M",
    ),
    Offer(
        "ask_opinion",
        "xin-y-kien",
        gettext_noop("Xin ý kiến cơ quan khác"),
        gettext_noop("Xin ý kiến cơ quan khác"),
        gettext_noop("Đã gửi yêu cầu xin ý kiến về %(code)s."),
        forms.AskOpinion,
        opinions.ask,
    ),
    Offer(
        "go_on",
        "khong-cho",
        gettext_noop("Làm tiếp không chờ ý kiến"),
        gettext_noop("Làm tiếp, không chờ ý kiến quá hạn?"),
        gettext_noop("Đã làm tiếp %(code)s, không chờ ý kiến quá hạn."),
        forms.HandOn,
        opinions.go_on,
    ),
    Offer(
        "collect_at",
        "noi-tra",
        gettext_noop("Đổi nơi trả kết quả"),
        gettext_noop("Người dân nhận kết quả ở đâu?"),
        gettext_noop("Đã đổi nơi trả kết quả của %(code)s."),
        forms.CollectAt,
        transfers.collect_at,
    ),
    Offer(
        "deliver_to",
        "qua-buu-dien",
        gettext_noop("Trả qua bưu điện"),
        gettext_noop("Gửi kết quả qua bưu điện đến đâu?"),
        gettext_noop("Kết quả của %(code)s sẽ gửi qua bưu điện."),
        forms.Plain,
        None,
    ),
    Offer(
        "answer_supplement",
        "nhan-bo-sung",
        gettext_noop("Nhận bổ sung tại quầy"),
        gettext_noop("Nhận giấy tờ bổ sung tại quầy"),
        gettext_noop("Đã nhận giấy tờ bổ sung của %(code)s."),
        forms.Brought,
        None,
    ),
    Offer(
        "fill_in",
        "ghi-con-thieu",
        gettext_noop("Ghi phần còn thiếu"),
        gettext_noop("Ghi phần còn thiếu theo lời người nộp"),
        gettext_noop("Đã ghi thêm vào hồ sơ %(code)s; người nộp đã được báo."),
        forms.FilledIn,
        None,
    ),
    Offer(
        "judge_fees",
        "phi",
        gettext_noop("Xác định phí"),
        gettext_noop("Xác định phí, lệ phí phải nộp"),
        gettext_noop("Đã xác định phí của %(code)s; người nộp đã được báo."),
        forms.JudgedFees,
        None,
    ),
    Offer(
        "pause",
        "tam-dung",
        gettext_noop("Tạm dừng"),
        gettext_noop("Tạm dừng giải quyết"),
        gettext_noop("Đã tạm dừng %(code)s; đồng hồ đứng."),
        forms.Pause,
        routing.pause,
    ),
    Offer(
        "ask_obligation",
        "nghia-vu",
        gettext_noop("Yêu cầu nghĩa vụ tài chính"),
        gettext_noop("Yêu cầu thực hiện nghĩa vụ tài chính"),
        gettext_noop("Đã gửi yêu cầu nghĩa vụ tài chính của %(code)s."),
        forms.AskObligation,
        obligations.ask,
    ),
    Offer(
        "refuse",
        "tu-choi",
        gettext_noop("Từ chối (không nhận hồ sơ)"),
        gettext_noop("Từ chối tiếp nhận"),
        gettext_noop("Đã từ chối tiếp nhận %(code)s."),
        forms.Refuse,
        intake.refuse,
        key="R",
        grave=True,
    ),
    Offer(
        "stop",
        "dung",
        gettext_noop("Dừng giải quyết"),
        gettext_noop("Dừng giải quyết hẳn"),
        gettext_noop("Đã dừng giải quyết %(code)s."),
        forms.Stop,
        endings.stop,
        grave=True,
    ),
    Offer(
        "withdraw",
        "rut",
        gettext_noop("Rút theo đơn"),
        gettext_noop("Rút hồ sơ theo đơn của người nộp"),
        gettext_noop("Đã rút %(code)s."),
        forms.Withdraw,
        endings.withdraw,
        grave=True,
    ),
    Offer(
        "correct",
        "dinh-chinh",
        gettext_noop("Đính chính kết quả"),
        gettext_noop("Mở hồ sơ đính chính kết quả"),
        gettext_noop("Đã mở hồ sơ đính chính kết quả của %(code)s."),
        turning_forms.Correct,
        corrections.open_for,
    ),
    Offer(
        "revoke_result",
        "thu-hoi",
        gettext_noop("Thu hồi kết quả"),
        gettext_noop("Thu hồi kết quả đã cấp"),
        gettext_noop("Đã thu hồi kết quả của %(code)s."),
        turning_forms.Revoke,
        revocations.revoke,
        grave=True,
    ),
)
LETTER = Offer(
    "message",
    "gui-thu",
    gettext_noop("Gửi thư"),
    gettext_noop("Gửi thư theo mẫu của thủ tục"),
    gettext_noop("Thư về %(code)s sẽ gửi sau ít giây."),
    forms.OwnLetter,
    None,
)
"""The same act as a message, with a letter of the procedure; its page begins from the message's."""
BY_ACT = {offer.act: offer for offer in OFFERS}
BY_SLUG = {offer.slug: offer for offer in (*OFFERS, LETTER)}


def shown(acts: tuple[str, ...]) -> tuple[Offer, ...]:
    """The acts as buttons, the step's own first, then in the table's order."""
    known = [BY_ACT[act] for act in acts if act in BY_ACT]
    return tuple(sorted(known, key=lambda offer: (offer.act != acts[0], OFFERS.index(offer))))


def said(slug: str, code: str) -> str:
    """What is said after an act, by the words of the address; empty for anything else."""
    offer = BY_SLUG.get(slug)
    sentence = _SAID.get(slug) or (offer.done if offer else "")
    return _(sentence) % {"code": code} if sentence and _CODE.fullmatch(code) else ""


UNDONE, JUDGED, TAKEN = "hoan-tac", "xet", "nhan-viec"
_SAID = {
    UNDONE: gettext_noop("Đã hoàn tác việc vừa làm trên %(code)s."),
    JUDGED: gettext_noop("Đã xét giấy tờ của %(code)s."),
    TAKEN: gettext_noop("Đã nhận việc %(code)s."),
}


_CODE = re.compile(r"[0-9A-Z.-]{1,60}")
