"""`send` and `ask`: what rooms call."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from tinhso.exchange.message_contracts import (
    About,
    Answered,
    AnswerForgotten,
    MessageFailed,
    MessageKind,
    MessageState,
    StillAsked,
)
from tinhso.exchange.messages import trying
from tinhso.exchange.messages.clients import Client, clients
from tinhso.exchange.messages.delivering import deliver
from tinhso.exchange.messages.transport import Tried
from tinhso.exchange.models import Errand
from tinhso.exchange.persons import about_hash
from tinhso.foundation import crypto, transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.http import TransactionOpen
from tinhso.foundation.idempotency import KeyReused, checked
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorKind, ActorRef
from tinhso.identity import api as identity

Sent = TypeVar("Sent")
Given = TypeVar("Given")
COUNTRY = "VN"


def send(
    client: Client[Sent, Any],
    question: Sent,
    *,
    business_key: str,
    by: ActorRef,
    at: datetime,
    issue: str = "",
    unit: UUID | None = None,
) -> UUID:
    """Send a message once the running transaction has committed; its id. A business key used before by this
    client sends nothing, and gives the first message's id.

    `issue` is the case it is about (`X-Road-Issue`), `unit` who looks after it once dead (else `by`'s unit).
    Events `MessageAnswered` and `MessageDied` tell its end. Raises KeyReused for another question under the
    key, Invalid for data about a person without a reason, RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a message is sent inside the transaction whose change it tells")
    if not client.repeatable:
        raise ValueError(f"{client.name} cannot be sent: a message may arrive twice")
    message, made = _made(
        client, question, MessageKind.SEND, business_key, by=by, at=at, issue=issue, unit=unit
    )
    if made:
        deliver.defer(message_id=str(message.id))
    return message.id


def ask(
    client: Client[Sent, Given],
    question: Sent,
    *,
    business_key: str,
    by: ActorRef,
    at: datetime,
    issue: str = "",
) -> Answered[Given]:
    """Ask and wait for the answer, with no transaction open. A business key answered before gives its answer.

    Raises MessageFailed, StillAsked, AnswerForgotten, KeyReused, Invalid, http.TransactionOpen.
    """
    if transactions.open_outside_tests():
        raise TransactionOpen(f"{client.name} was asked while a transaction was open")
    message, made = _made(client, question, MessageKind.ASK, business_key, by=by, at=at, issue=issue)
    if not made:
        if message.state == MessageState.ANSWERED:
            return answer_of(client, message.id)
        if message.state == MessageState.FAILED:
            Errand.objects.filter(id=message.id, state=MessageState.FAILED).update(
                state=MessageState.WAITING, ended_at=None, forget_at=None, tries_since=0, next_at=at
            )
    return _asked(client, message.id, at=at)


def _asked(client: Client[Sent, Given], message_id: UUID, *, at: datetime) -> Answered[Given]:
    while True:
        message = trying.claim(message_id, at=at)
        if message is None:
            raise StillAsked(_("Câu hỏi này đang được hỏi: chờ vài giây rồi tải lại."))
        tried, read = trying.once(message, at=at)
        more = tried.again and (client.repeatable or not tried.arrived)
        again = at if more and message.tries_since < client.question_tries else None
        state = trying.settle(message, tried, again_at=again, at=at)
        if state is MessageState.ANSWERED:
            return Answered(message_id, tried.request_id, tried.status or 0, read, at)
        if state is not MessageState.WAITING:
            raise failed(message_id, tried)


def failed(message_id: UUID, tried: Tried) -> MessageFailed:
    """The error that says why no answer came."""
    said = tried.detail or _("Không có câu trả lời dùng được.")
    return MessageFailed(
        _("Chưa hỏi được: %(why)s Hãy thử lại sau; nếu vẫn vậy, báo quản trị trục kèm mã %(id)s.")
        % {"why": said, "id": message_id},
        message_id=str(message_id),
        outcome=tried.outcome.value,
        fault_code=tried.fault_code,
        request_id=tried.request_id,
    )


def answer_of(client: Client[Any, Given], message_id: UUID) -> Answered[Given]:
    """The answer that a message has, read as its client declares. Raises AnswerForgotten when there is none
    (any more), msgspec.DecodeError."""
    message = Errand.objects.get(id=message_id, client=client.name)
    if message.answer is None or message.ended_at is None:
        raise AnswerForgotten(_("Câu trả lời này không còn được giữ. Hãy hỏi lại với lượt hỏi mới."))
    return Answered(
        message_id=message.id,
        request_id=message.request_id,
        status=message.status or 0,
        data=client.read(message.status or 0, crypto.unseal(message.id, bytes(message.answer))),
        at=message.ended_at,
        repeated=True,
    )


def asked_by(client: Client[Any, Any], message_id: UUID, by: ActorRef) -> bool:
    """Whether this actor asked it: an answer about a person is shown to nobody else."""
    return Errand.objects.filter(id=message_id, client=client.name, by_kind=by.kind, by_id=by.id).exists()


def is_about(message_id: UUID, personal_id: str) -> bool:
    """Whether a message was about the person of that number."""
    told = Errand.objects.values_list("about", flat=True).get(id=message_id)
    return about_hash(personal_id) in {bytes(each) for each in told}


def _made(
    client: Client[Sent, Any],
    question: Sent,
    kind: MessageKind,
    business_key: str,
    *,
    by: ActorRef,
    at: datetime,
    issue: str,
    unit: UUID | None = None,
) -> tuple[Errand, bool]:
    """The message of this business key, and whether it is new."""
    if clients.get(client.name) is not client:
        raise LookupError(f"{client.name} is not declared")
    about = _about(client, question)
    target, body = client.written(question)
    fingerprint = hashlib.sha256(b"\0".join((target.encode(), body))).digest()
    known = Errand.objects.filter(client=client.name, business_key=checked(business_key)).first()
    if known is None:
        id = new_id()
        message = Errand(
            id=id,
            client=client.name,
            business_key=business_key,
            kind=kind,
            service=client.service,
            verb=client.verb,
            path=client.path,
            fingerprint=fingerprint,
            about=sorted({about_hash(each) for each in about.personal_ids}),
            reason=about.reason,
            issue=issue,
            user_id=user_id(by, at),
            by_kind=by.kind,
            by_id=by.id,
            by_name=by.name,
            owner_role=client.owner,
            unit_id=unit or by.unit,
            made_at=at,
            next_at=at,
        )
        try:
            with transaction.atomic():
                message.request = trying.seal(id, target, body)
                message.save(force_insert=True)
            return message, True
        except IntegrityError as twin:
            if "errand_once" not in str(twin):
                raise
        known = Errand.objects.get(client=client.name, business_key=business_key)
    if bytes(known.fingerprint) != fingerprint:
        raise KeyReused(_("Mã lượt gửi này đã dùng cho nội dung khác: hãy gửi với mã mới."), key=business_key)
    return known, False


def _about(client: Client[Sent, Any], question: Sent) -> About:
    about = client.about(question) if client.about else About((), "")
    if about.personal_ids and not about.reason.strip():
        raise Invalid(_("Hãy ghi lý do: người dân sẽ đọc vì sao dữ liệu của mình được hỏi."))
    return About(about.personal_ids, about.reason.strip())


def user_id(by: ActorRef, at: datetime) -> str:
    """`X-Road-UserId`: the country, and the person's number or the officer's sign-in name (§3.1)."""
    if by.id is None:
        return ""
    if by.kind is ActorKind.OFFICER:
        found = identity.officers([by.id], at).get(by.id)
        return f"{COUNTRY}{found.login}" if found and found.login else ""
    number = identity.personal_id(by.id) if by.kind is ActorKind.PERSON else ""
    return f"{COUNTRY}{number}" if number else ""
