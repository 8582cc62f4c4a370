"""A dossier in plain words: where it stands, whose turn it is, what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.dossiers import marks
from tinhso.dossiers.contracts import DossierRow, DossierView, HistoryLine, OpinionState, Status
from tinhso.dossiers.lifecycle import MEANINGS, Clock
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.outcomes import ExtensionView, Holds, ResultStanding, ReturnView
from tinhso.dossiers.queries.opinions import OpinionView
from tinhso.dossiers.queries.passing import PhaseView, Way
from tinhso.foundation.moments import local

HAPPENED = {
    "submit": gettext_noop("Đã gửi hồ sơ"),
    "accept": gettext_noop("Đã tiếp nhận hồ sơ"),
    "refuse": gettext_noop("Không tiếp nhận hồ sơ"),
    "ask_supplement": gettext_noop("Yêu cầu bổ sung giấy tờ"),
    "answer_supplement": gettext_noop("Đã gửi giấy tờ bổ sung"),
    "answer_part": gettext_noop("Đã gửi một phần giấy tờ bổ sung"),
    "grant_extension": gettext_noop("Xin lỗi và hẹn lại ngày trả"),
    "apologise": gettext_noop("Xin lỗi và hẹn lại ngày trả"),
    "return_originals": gettext_noop("Đã trả lại bản chính"),
    "correct": gettext_noop("Mở hồ sơ đính chính kết quả"),
    "replace_result": gettext_noop("Kết quả đã có bản thay thế"),
    "revoke_result": gettext_noop("Kết quả đã bị thu hồi"),
    "ask_obligation": gettext_noop("Yêu cầu thực hiện nghĩa vụ tài chính"),
    "settle_obligation": gettext_noop("Đã xong nghĩa vụ tài chính"),
    "pause": gettext_noop("Tạm dừng giải quyết"),
    "resume": gettext_noop("Giải quyết tiếp"),
    "forward": gettext_noop("Chuyển cho bộ phận khác"),
    "assign": gettext_noop("Giao cho người giải quyết"),
    "undo": gettext_noop("Đã rút lại bước vừa chuyển"),
    "hand_on": gettext_noop("Chuyển sang cơ quan tiếp theo"),
    "receive": gettext_noop("Cơ quan đã nhận hồ sơ được chuyển đến"),
    "collect_at": gettext_noop("Đổi nơi nhận kết quả"),
    "deliver_to": gettext_noop("Nhận kết quả qua bưu điện"),
    "post": gettext_noop("Tin từ bưu điện"),
    "ask_opinion": gettext_noop("Hỏi ý kiến cơ quan khác"),
    "give_opinion": gettext_noop("Cơ quan được hỏi đã trả lời"),
    "go_on": gettext_noop("Giải quyết tiếp, không chờ ý kiến nữa"),
    "wait_over": gettext_noop("Đã hết thời gian chờ"),
    "draft_result": gettext_noop("Đã soạn kết quả"),
    "send_back": gettext_noop("Sửa lại kết quả"),
    "sign": gettext_noop("Lãnh đạo đã ký kết quả"),
    "seal": gettext_noop("Kết quả đã có số và dấu"),
    "hand_over": gettext_noop("Đã trả kết quả"),
    "withdraw": gettext_noop("Đã rút hồ sơ"),
    "stop": gettext_noop("Dừng giải quyết"),
    "deem_approved": gettext_noop("Hết hạn chưa trả lời: được coi là đã chấp thuận"),
    "deem_refused": gettext_noop("Hết hạn chưa trả lời: bị coi là bị từ chối"),
    "transfer": gettext_noop("Chuyển sang cơ quan, đơn vị nhận việc"),
    "judge_fees": gettext_noop("Cán bộ xác định phí, lệ phí"),
    "bill": gettext_noop("Phí, lệ phí phải nộp"),
    "refund": gettext_noop("Hoàn phí, lệ phí"),
    "fill_in": gettext_noop("Cán bộ ghi thêm theo lời người nộp"),
    "rebase": gettext_noop("Chuyển sang quy định mới của thủ tục"),
    "recount": gettext_noop("Ngày hẹn trả đổi vì lịch làm việc được sửa"),
}
UNMOVED = timedelta(days=1)


def now(row: DossierRow) -> str:
    """One sentence of where the dossier stands."""
    date = in_words(row.due_at)
    if marks.DEEMED in row.flags:
        return _silent(row) % {"agency": row.agency_name, "date": date}
    if row.waits_until and row.status in (Status.ACCEPTED, Status.PROCESSING):
        facts = {"step": row.step_name, "until": in_words(row.waits_until), "date": date}
        return _("Đang chờ: %(step)s, đến %(until)s. Hẹn trả kết quả: %(date)s.") % facts
    return {
        Status.SUBMITTED: _("%(agency)s sẽ báo có tiếp nhận hay không trước %(date)s."),
        Status.PRE_SUPPLEMENT: _("%(agency)s cần thêm giấy tờ trước khi tiếp nhận."),
        Status.ACCEPTED: _("%(agency)s đã tiếp nhận. Hẹn trả kết quả: %(date)s."),
        Status.PROCESSING: _("%(agency)s đang giải quyết. Hẹn trả kết quả: %(date)s."),
        Status.SUPPLEMENT: _("%(agency)s đang chờ giấy tờ bổ sung. Thời gian chờ không tính vào hạn."),
        Status.OBLIGATION: _("%(agency)s đang chờ nghĩa vụ tài chính. Thời gian chờ không tính vào hạn."),
        Status.PAUSED: _("%(agency)s đang tạm dừng giải quyết. Thời gian dừng không tính vào hạn."),
        Status.DONE: _("Đã có kết quả. %(agency)s đang chuẩn bị trả cho ông/bà."),
        Status.RETURNED: _("Đã trả kết quả."),
        Status.REFUSED: _("%(agency)s không tiếp nhận hồ sơ này."),
        Status.WITHDRAWN: _("Hồ sơ đã được rút theo yêu cầu của ông/bà."),
        Status.STOPPED: _("%(agency)s đã dừng giải quyết hồ sơ này."),
    }[row.status] % {"agency": row.agency_name, "date": date}


def _silent(row: DossierRow) -> str:
    if row.status is Status.RETURNED:
        return _(
            "Hết hạn %(date)s mà %(agency)s chưa trả lời: theo luật, hồ sơ được coi là đã được chấp thuận."
        )
    return _("Hết hạn %(date)s mà %(agency)s chưa trả lời: theo luật, hồ sơ bị coi là bị từ chối.")


def yours(row: DossierRow) -> bool:
    """Whether it is the person's turn."""
    return row.status in (Status.SUPPLEMENT, Status.PRE_SUPPLEMENT, Status.OBLIGATION)


def turn(view: DossierView, *, at: datetime) -> str:
    """Whose turn it is, and what to do."""
    asked = next((each for each in view.supplements if each.answered_at is None), None)
    if asked is not None and asked.answer_by < at:
        return _(
            "Đến lượt ông/bà: đã quá hạn %(date)s. Hãy gửi ngay %(count)d giấy tờ còn thiếu; cơ quan có thể"
            " dừng giải quyết."
        ) % {"count": len(asked.awaited), "date": in_words(asked.answer_by)}
    if asked is not None:
        return _("Đến lượt ông/bà: gửi thêm %(count)d giấy tờ trước %(date)s.") % {
            "count": len(asked.awaited),
            "date": in_words(asked.answer_by),
        }
    if view.row.status is Status.OBLIGATION:
        return _("Đến lượt ông/bà: thực hiện nghĩa vụ tài chính theo thông báo bên dưới.")
    return _("Ông/bà không phải làm gì thêm.")


def stands(found: ResultStanding | None) -> list[str]:
    """Sentences about a result that does not hold any more, is being corrected, or replaces another."""
    if found is None:
        return []
    told = []
    if found.holds is Holds.REPLACED:
        told.append(
            _(
                "Kết quả này không còn giá trị: từ %(date)s, kết quả số %(number)s của hồ sơ %(code)s"
                " thay cho bản này."
            )
            % {"number": found.number, "code": found.correcting, "date": in_words(found.at)}
        )
    elif found.holds is Holds.REVOKED:
        told.append(
            _(
                "Kết quả này đã bị thu hồi theo Quyết định %(number)s ngày %(day)s. Lý do: %(reason)s"
                " Căn cứ: %(ground)s"
            )
            % {
                "number": found.decision_number,
                "day": f"{found.decision_day:%d/%m/%Y}",
                "reason": found.reason,
                "ground": found.ground,
            }
        )
    elif found.correcting:
        told.append(_("Kết quả này đang được đính chính trong hồ sơ %(code)s.") % {"code": found.correcting})
    if found.corrects:
        told.append(
            _("Kết quả này thay cho kết quả số %(number)s của hồ sơ %(code)s.")
            % {"number": found.corrects_number, "code": found.corrects}
        )
    return told


def later(view: DossierView, asked: Iterable[ExtensionView]) -> str:
    """The office's apology while the later promise holds; else empty."""
    given = [one for one in asked if one.granted]
    if not given or view.row.finished_at is not None:
        return ""
    return _("Xin lỗi ông/bà vì chưa trả được kết quả đúng hẹn %(before)s. Lý do: %(reason)s") % {
        "before": in_words(given[-1].due_before),
        "reason": given[-1].reason,
    }


def given_back(found: Iterable[ReturnView]) -> list[str]:
    """Originals given back, one sentence for each time."""
    return [
        _("%(date)s: đã trả %(papers)s cho %(who)s.")
        % {
            "date": in_words(one.at),
            "papers": ", ".join(f"{name} ({count})" for name, count in one.papers),
            "who": one.to_name,
        }
        for one in found
    ]


def unmoved(view: DossierView, *, at: datetime) -> str:
    """Says so when the dossier has lain in one hand for more than a day; else empty."""
    waits = MEANINGS[view.row.status].clock in (Clock.RUNS, Clock.NOT_YET)
    if not waits or not view.history or at - view.history[0].at < UNMOVED:
        return ""
    return _("Từ %(date)s đến giờ hồ sơ chưa sang bước mới.") % {"date": in_words(view.history[0].at)}


def steps(view: DossierView) -> list[dict[str, str]]:
    """The line of four steps, each with its date and office."""
    row, status = view.row, view.row.status
    finished = status in (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED)
    line = [{"text": _("Đã gửi"), "state": "done", "note": short(row.submitted_at)}]
    if finished:
        end = {"text": marks.status_words(status, row.flags), "state": "now", "note": short(row.finished_at)}
        taken = {"text": _("Tiếp nhận"), "state": "done", "note": short(row.accepted_at)}
        return [*line, taken, end] if row.accepted_at else [*line, end]
    accepted = row.accepted_at is not None
    done = status in (Status.DONE, Status.RETURNED)
    line.append(
        {
            "text": _("Tiếp nhận"),
            "state": "done" if accepted else "now",
            "note": short(row.accepted_at) if accepted else row.agency_name,
        }
    )
    line.append(
        {
            "text": _("Giải quyết"),
            "state": "done" if done else "now" if accepted else "later",
            "note": row.unit_name if accepted and not done else "",
        }
    )
    due = _("Hẹn %(date)s") % {"date": short(row.due_at)} if accepted and row.due_at else ""
    if due and status is Status.SUPPLEMENT:
        due = _("Hẹn dời theo ngày bổ sung")
    line.append(
        {
            "text": marks.status_words(status, row.flags) if marks.DEEMED in row.flags else _("Trả kết quả"),
            "state": "done" if status is Status.RETURNED else "now" if done else "later",
            "note": short(row.finished_at) if status is Status.RETURNED else due,
        }
    )
    return line


def with_whom(way: Way) -> str:
    """Which agency has the dossier now and until when, when several take turns; else empty."""
    now = way.now
    if now is None:
        return ""
    facts = {"agency": now.agency_name, "date": in_words(now.due_at)}
    if now.late:
        return _("Hồ sơ đang ở %(agency)s, đã quá hạn của cơ quan này (%(date)s).") % facts
    return _("Hồ sơ đang ở %(agency)s, hạn của cơ quan này: %(date)s.") % facts


def stages(way: Way) -> list[dict[str, str]]:
    """The agencies of the way, each with its date, for the line of phases."""
    return [{"text": phase.agency_name, "state": phase.state, "note": _dated(phase)} for phase in way.phases]


def opinions(views: Iterable[OpinionView], *, at: datetime) -> list[str]:
    """Which agencies were asked for their opinion and whether they answered, a sentence each; no contents."""
    said = {
        OpinionState.ASKED: _("%(agency)s được hỏi ý kiến, hạn trả lời %(due)s."),
        OpinionState.GIVEN: _("%(agency)s đã trả lời lúc %(at)s."),
        OpinionState.NONE: _("%(agency)s cho biết không có ý kiến, lúc %(at)s."),
        OpinionState.PASSED_OVER: _(
            "%(agency)s không trả lời đúng hạn; hồ sơ được giải quyết tiếp từ %(at)s."
        ),
    }
    late = _("%(agency)s được hỏi ý kiến, đã quá hạn trả lời %(due)s.")
    return [
        (late if view.state is OpinionState.ASKED and view.late(at) else said[view.state])
        % {"agency": view.agency_name, "due": in_words(view.due_at), "at": in_words(view.ended_at)}
        for view in views
    ]


def _dated(phase: PhaseView) -> str:
    if phase.ended_at:
        date = short(phase.ended_at)
        return (
            _("Xong %(date)s, trễ hạn") % {"date": date}
            if phase.late
            else _("Xong %(date)s") % {"date": date}
        )
    return _("Hạn %(date)s") % {"date": short(phase.due_at)} if phase.due_at else phase.term


def history(lines: Iterable[HistoryLine], units: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """What happened, newest first, for the timeline."""
    return [
        {
            "title": _(HAPPENED[line.act]) if line.act in HAPPENED else MEANINGS[line.status].label,
            "at": line.at,
            "when": in_words(line.at),
            "by": ", ".join(
                part for part in (line.actor, units.get(line.unit, "") if line.unit else "") if part
            ),
            "text": line.note,
        }
        for line in lines
    ]


def short(moment: datetime | None) -> str:
    """A day with its hour, briefly: "09:12, 05/4/2022"; empty for None."""
    if moment is None:
        return ""
    here = local(moment)
    return f"{here:%H:%M}, {here:%d}/{here.month}/{here.year}"
