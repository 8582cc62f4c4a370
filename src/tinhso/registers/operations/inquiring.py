"""An officer asks the register of civil status: the trace first, then the question with nothing open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from tinhso.exchange import api as exchange
from tinhso.foundation import text, transactions
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.foundation.text import Unreadable
from tinhso.identity import api as identity
from tinhso.registers.civil_status import LOOK_UP, Asked, Person

ACT = "registers.inquire"
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an officer typed. `key` is this question's own: the same again gets the first answer."""

    personal_id: str
    name: str
    purpose: str
    dossier: str
    key: UUID


class WrongPerson(exchange.MessageFailed):
    """The register answered about another person; nothing of it is shown."""

    code = "wrong-person"


def inquire(wanted: Wanted, *, by: ActorRef, at: datetime) -> UUID:
    """Ask; the message's id, by which the answer is read.

    Raises Invalid, NotAllowed, exchange.MessageFailed (WrongPerson), exchange.StillAsked, KeyReused.
    """
    asked = _checked(wanted)
    with transactions.act(ACT, by=by, at=at, on=SubjectRef("question", wanted.key)) as work:
        known = identity.find_person(asked.personal_id)
        if known is not None:
            identity.look(by, known, _told(asked), SubjectRef("question", wanted.key), at)
        work.record(register="civil-status", dossier=asked.dossier, person=str(known) if known else "")
    found = exchange.ask(LOOK_UP, asked, business_key=str(wanted.key), by=by, at=at, issue=asked.dossier)
    _require_that_person(found)
    return found.message_id


def answer(message_id: UUID, *, by: ActorRef) -> exchange.Answered[Person]:
    """The answer, for who asked, while it is kept. Raises NotFound, WrongPerson, exchange.AnswerForgotten."""
    if not exchange.asked_by(LOOK_UP, message_id, by):
        raise NotFound(_("Không có lượt tra cứu này, hoặc của người khác."))
    found = exchange.answer_of(LOOK_UP, message_id)
    _require_that_person(found)
    return found


def _checked(wanted: Wanted) -> Asked:
    faults = {}
    number = ""
    try:
        number = text.personal_id(wanted.personal_id)
    except Unreadable as unread:
        faults["so-dinh-danh"] = unread.message
    name, purpose = (" ".join(each.split())[:LONGEST] for each in (wanted.name, wanted.purpose))
    if not name:
        faults["ho-ten"] = _("Nhập họ và tên người cần tra cứu.")
    if len(purpose) < 10:
        faults["muc-dich"] = _("Ghi rõ tra cứu để làm việc gì: người dân sẽ đọc câu này.")
    if faults:
        raise Invalid(_("Cần sửa trước khi tra cứu."), faults=faults)
    return Asked(number, name, purpose, wanted.dossier.strip().upper()[:60])


def _told(asked: Asked) -> str:
    """What the person reads in “Ai đã xem dữ liệu của tôi”."""
    with override("vi"):
        return _("Hỏi cơ sở dữ liệu hộ tịch: %(purpose)s") % {"purpose": asked.purpose}


def _require_that_person(found: exchange.Answered[Person]) -> None:
    if found.data is not None and not exchange.is_about(found.message_id, found.data.personal_id):
        raise WrongPerson(
            _("Cơ sở dữ liệu hộ tịch trả lời về người khác, nên không hiện. Báo quản trị trục kèm mã %(id)s.")
            % {"id": found.message_id},
            message_id=str(found.message_id),
            request_id=found.request_id,
        )
