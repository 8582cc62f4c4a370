"""Agreements: asked by a developer, decided by the data owner, opened by the operator, ended by either side.

Every step locks the agreement, follows `lives`, leaves a transition, and raises the configuration's revision
by the tables' triggers, which every gateway follows within seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.exchange.contracts import (
    AgreementStatus,
    CannotChange,
    NoSuchAgreement,
    PlanStatus,
    Side,
    SubjectKind,
    Validation,
)
from tinhso.exchange.models import Agreement, Application, Plan, Right, Terms
from tinhso.exchange.operations import history, lives, parties, telling, wording
from tinhso.exchange.operations.lives import Step
from tinhso.exchange.operations.wording import Wish
from tinhso.foundation import transactions
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import local
from tinhso.foundation.refs import ActorKind, ActorRef
from tinhso.foundation.text import normal
from tinhso.foundation.transactions import Work

HOME = "/can-bo/truc/thoa-thuan/"
PORTAL = "/can-bo/nha-phat-trien/thoa-thuan/"
transactions.explain(
    "agreement_one_live",
    gettext_lazy("Hệ thống đã có thỏa thuận hoặc đề nghị đang chờ ở gói này. Hãy mở thỏa thuận đó."),
)
transactions.explain(
    "terms_one_open_of_an_agreement", gettext_lazy("Thỏa thuận này đang có một đề nghị chờ duyệt.")
)
transactions.explain(
    "right_once",
    gettext_lazy("Hệ thống đã có quyền gọi phần này của dịch vụ theo một thỏa thuận khác đang mở."),
)


def ask(
    application_id: UUID, plan_id: UUID, wish: Wish, *, conditions: int, by: ActorRef, at: datetime
) -> UUID:
    """A developer asks for a plan, accepting its conditions by their newest revision; the agreement's id.

    A plan that decides by itself accepts at once; the operator opens it all the same. Raises Invalid,
    NotAllowed, CannotChange for a plan that is not open, Conflict for a second one.
    """
    application = Application.objects.filter(id=application_id, ended_at=None).first()
    plan = Plan.objects.select_related("service").filter(id=plan_id).first()
    if application is None or plan is None or plan.status == PlanStatus.STAGING:
        raise NoSuchAgreement(_("Không có hệ thống hoặc gói này."))
    row = Agreement(id=new_id(), application=application, plan=plan, asked_at=at)
    with transactions.act("exchange.ask_agreement", by=by, at=at, on=parties.agreement_ref(row)) as work:
        row.application = _standing(application_id)
        plan = Plan.objects.select_for_update(of=("self",)).select_related("service").get(id=plan_id)
        if plan.status != PlanStatus.PUBLISHED:
            raise CannotChange(_("Gói này không nhận thêm đề nghị."))
        _newest(plan, conditions)
        row.plan, row.asked_by, row.conditions_accepted = plan, parties.somebody(by), conditions
        row.number = _number(at)
        row.save(force_insert=True)
        terms = wording.propose(row, wish, by=by, at=at)
        history.write(row, Step.ASKED, before="", ground=terms.purpose, by=by, at=at)
        if plan.validation == Validation.AUTO:
            _decide(row, terms, accept=True, reason="", by=None, at=at)
        else:
            _tell_owners(row, by=by, at=at)
        work.record(number=row.number, plan=str(plan.id), application=str(application.id))
    return row.id


def ask_anew(agreement_id: UUID, wish: Wish, *, by: ActorRef, at: datetime) -> int:
    """A developer asks for another period or other terms; the revision. What stands holds until decided.

    Raises Invalid, CannotChange, Conflict while another waits.
    """
    with _on(agreement_id, "exchange.ask_agreement", by=by, at=at) as (row, work):
        if row.status != AgreementStatus.ACCEPTED or row.plan.status == PlanStatus.CLOSED:
            raise _cannot(row, _("xin gia hạn"))
        terms = wording.propose(row, wish, by=by, at=at)
        history.write(row, Step.TERMS_ASKED, before=row.status, ground=terms.purpose, by=by, at=at)
        _tell_owners(row, by=by, at=at)
        work.record(terms=terms.revision)
        return terms.revision


def accept(agreement_id: UUID, *, revision: int | None = None, by: ActorRef, at: datetime) -> None:
    """The data owner agrees to the terms that wait, of the revision that was read. Raises NotAllowed for a
    developer of the system, CannotChange, Conflict when nothing waits, or other terms than those."""
    with _on(agreement_id, "exchange.decide_agreement", by=by, at=at) as (row, work):
        terms = _waiting(row)
        if revision not in (None, terms.revision):
            raise Conflict(_("Đề nghị đã đổi. Hãy đọc bản mới rồi quyết định."))
        _apart(row, terms, by)
        _decide(row, terms, accept=True, reason="", by=by, at=at)
        work.record(accepted=terms.revision)


def reject(agreement_id: UUID, *, reason: str, by: ActorRef, at: datetime) -> None:
    """The data owner says no to the terms that wait, and why; terms in force go on. Raises as `accept`,
    Invalid without a reason."""
    why = _ground(reason)
    with _on(agreement_id, "exchange.decide_agreement", by=by, at=at) as (row, work):
        terms = _waiting(row)
        _apart(row, terms, by)
        _decide(row, terms, accept=False, reason=why, by=by, at=at)
        work.record(refused=terms.revision, reason=why)


def enable(agreement_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """The operator opens an accepted agreement: its rights begin. Raises NotAllowed for who asked, speaks
    for the system or decided; CannotChange, Conflict."""
    with _on(agreement_id, "exchange.enable_agreement", by=by, at=at) as (row, work):
        if row.status != AgreementStatus.ACCEPTED or row.enabled_at is not None:
            raise _cannot(row, _("mở kỹ thuật"))
        others = parties.developers_of(row.application) | {row.asked_by}
        others |= {row.accepted_by} if row.accepted_by else set()
        parties.apart_from(
            by, others, _("Người đề nghị hoặc người duyệt không tự mở. Hãy nhờ người vận hành khác.")
        )
        row.enabled_by, row.enabled_at = parties.somebody(by), at
        row.save(update_fields=["enabled_by", "enabled_at"])
        Right.objects.bulk_create(
            Right(
                service_id=row.plan.service_id,
                subject_kind=SubjectKind.SUBSYSTEM,
                subject=row.application.identifier,
                method=method,
                path=path,
                agreement_id=row.id,
                granted_at=at,
            )
            for method, path in row.plan.endpoints
        )
        history.write(row, Step.ENABLED, before=row.status, by=by, at=at)
        _tell_developers(row, _("đã được mở, có thể gọi dịch vụ"), by=by, at=at)
        work.record(rights=len(row.plan.endpoints))


def pause(agreement_id: UUID, side: Side, *, ground: str, by: ActorRef, at: datetime) -> None:
    """One side stops the traffic at once; its ground is what callers read. Raises Invalid, CannotChange."""
    why = _ground(ground)
    with _on(agreement_id, _PAUSE[side], by=by, at=at) as (row, work):
        if row.status != AgreementStatus.ACCEPTED or _paused_at(row, side) is not None:
            raise _cannot(row, _("tạm dừng"))
        _set_pause(row, side, at, why)
        history.write(row, _PAUSED[side], before=row.status, ground=why, by=by, at=at)
        tell_all(row, _("bị tạm dừng: %s") % why, by=by, at=at)
        work.record(side=side, ground=why)


def resume(agreement_id: UUID, side: Side, *, by: ActorRef, at: datetime) -> None:
    """The side that paused lets go; the other's pause stays. Raises CannotChange."""
    with _on(agreement_id, _PAUSE[side], by=by, at=at) as (row, work):
        if row.status != AgreementStatus.ACCEPTED or _paused_at(row, side) is None:
            raise _cannot(row, _("mở lại"))
        _set_pause(row, side, None, "")
        history.write(row, _RESUMED[side], before=row.status, by=by, at=at)
        tell_all(row, _("được mở lại"), by=by, at=at)
        work.record(side=side)


def accept_conditions(agreement_id: UUID, revision: int, *, by: ActorRef, at: datetime) -> None:
    """A developer accepts the newest revision of the plan's conditions. Raises Conflict for an older one."""
    with _on(agreement_id, "exchange.accept_conditions", by=by, at=at) as (row, work):
        if row.status not in (AgreementStatus.PENDING, AgreementStatus.ACCEPTED):
            raise _cannot(row, _("chấp nhận điều kiện"))
        _newest(row.plan, revision)
        if row.conditions_accepted == revision:
            raise Conflict(_("Điều kiện này đã được chấp nhận."))
        row.conditions_accepted = revision
        row.save(update_fields=["conditions_accepted"])
        history.write(row, Step.CONDITIONS_ACCEPTED, before=row.status, by=by, at=at)
        work.record(conditions=revision)


def close(agreement_id: UUID, *, ground: str, by: ActorRef, at: datetime) -> None:
    """Either side ends the agreement for good. Raises Invalid without a ground, CannotChange."""
    why = _ground(ground)
    with _on(agreement_id, "exchange.close_agreement", by=by, at=at) as (row, work):
        _close(row, why, by=by, at=at)
        work.record(ground=why)


def end(agreement_id: UUID, *, ground: str, by: ActorRef, at: datetime) -> None:
    """End an agreement within the act of somebody who ended its plan, or because its time is over."""
    row = held(agreement_id, lock=True)
    _close(row, ground, by=by, at=at)


def held(agreement_id: UUID, *, lock: bool = False) -> Agreement:
    """An agreement with its plan, service, application and terms. Raises NoSuchAgreement."""
    rows = Agreement.objects.select_related("plan__service__subsystem", "application", "terms")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    found = rows.filter(id=agreement_id).first()
    if found is None:
        raise NoSuchAgreement(_("Không có thỏa thuận này."))
    return found


def tell_all(row: Agreement, what: str, *, by: ActorRef, at: datetime) -> None:
    """Tell both sides how an agreement stands."""
    facts = _facts(row) | {"what": what}
    owners = parties.owners_of(row.plan.service, at=at)
    telling.tell(owners, telling.STANDS, facts, link=f"{HOME}{row.id}/", by=by.id, at=at)
    developers = parties.developers_of(row.application)
    telling.tell(developers, telling.STANDS, facts, link=f"{PORTAL}{row.id}/", by=by.id, at=at)


_PAUSE = {Side.PROVIDER: "exchange.pause_agreement", Side.CONSUMER: "exchange.pause_own_agreement"}
_PAUSED = {Side.PROVIDER: Step.PAUSED_BY_PROVIDER, Side.CONSUMER: Step.PAUSED_BY_CONSUMER}
_RESUMED = {Side.PROVIDER: Step.RESUMED_BY_PROVIDER, Side.CONSUMER: Step.RESUMED_BY_CONSUMER}


@contextmanager
def _on(agreement_id: UUID, act: str, *, by: ActorRef, at: datetime) -> Iterator[tuple[Agreement, Work]]:
    """An act on a locked agreement."""
    with transactions.act(act, by=by, at=at, on=parties.agreement_ref(held(agreement_id))) as work:
        yield held(agreement_id, lock=True), work


def _go(row: Agreement, status: AgreementStatus) -> str:
    """Move an agreement on; where it stood. Raises CannotChange."""
    before = AgreementStatus(row.status)
    if status not in lives.AGREEMENTS[before]:
        raise _cannot(row, status.label)
    row.status = status
    return before


def _decide(
    row: Agreement, terms: Terms, *, accept: bool, reason: str, by: ActorRef | None, at: datetime
) -> None:
    """Decide the terms; without `by` the plan decides by itself."""
    terms.accepted, terms.reason, terms.decided_at = accept, reason, at
    terms.decided_by = by.id if by else None
    terms.decided_name = by.name if by else _("Tự động theo gói")
    terms.save(update_fields=["accepted", "reason", "decided_at", "decided_by", "decided_name"])
    first = row.status == AgreementStatus.PENDING
    before = str(row.status)
    if accept:
        row.terms = terms
    if first:
        before = _go(row, AgreementStatus.ACCEPTED if accept else AgreementStatus.REJECTED)
        if accept:
            row.accepted_at, row.accepted_by = at, terms.decided_by
    row.save(update_fields=["status", "terms", "accepted_at", "accepted_by"])
    actor = by or wording.BY_PLAN
    step = (
        (Step.ACCEPTED if accept else Step.REJECTED)
        if first
        else (Step.TERMS_ACCEPTED if accept else Step.TERMS_REFUSED)
    )
    history.write(row, step, before=before, ground=reason, by=actor, at=at)
    words = _("được chấp thuận") if accept else _("bị từ chối: %s") % reason
    _tell_developers(row, words, by=actor, at=at)
    if first and accept:
        telling.tell(
            parties.operators(at=at),
            telling.TO_ENABLE,
            _facts(row),
            link=f"{HOME}{row.id}/",
            by=actor.id,
            at=at,
        )


def _close(row: Agreement, ground: str, *, by: ActorRef, at: datetime) -> None:
    before = _go(row, AgreementStatus.CLOSED)
    row.closed_at = at
    row.save(update_fields=["status", "closed_at"])
    Right.objects.filter(agreement_id=row.id, ended_at=None).update(ended_at=at)
    Terms.objects.filter(agreement=row, accepted=None).update(
        accepted=False, decided_at=at, decided_name=by.name, reason=ground
    )
    history.write(row, Step.CLOSED, before=before, ground=ground, by=by, at=at)
    tell_all(row, _("đã kết thúc: %s") % ground, by=by, at=at)


def _apart(row: Agreement, terms: Terms, by: ActorRef) -> None:
    if by.kind is not ActorKind.OFFICER:
        raise NotAllowed(_("Chỉ chủ dữ liệu duyệt được thỏa thuận."))
    others = parties.developers_of(row.application) | {terms.asked_by, row.asked_by}
    parties.apart_from(by, others, _("Người bên hệ thống đề nghị không tự duyệt. Hãy để người khác duyệt."))


def _waiting(row: Agreement) -> Terms:
    found = Terms.objects.select_for_update().filter(agreement=row, accepted=None).first()
    if found is None:
        raise Conflict(_("Không còn đề nghị nào chờ duyệt ở thỏa thuận này. Hãy tải lại trang."))
    return found


def _standing(application_id: UUID) -> Application:
    """An application, held against its end until the agreement is made. Raises NoSuchAgreement."""
    rows = Application.objects.select_for_update().filter(id=application_id, ended_at=None)
    found = rows.first()
    if found is None:
        raise NoSuchAgreement(_("Hệ thống này đã thôi nên không đề nghị được nữa."))
    return found


def _newest(plan: Plan, revision: int) -> None:
    if revision != plan.conditions_revision:
        raise Conflict(
            _("Điều kiện sử dụng vừa có bản %(n)d. Hãy đọc bản mới rồi chấp nhận.")
            % {"n": plan.conditions_revision}
        )


def _number(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('exchange_agreement_number')")
        return f"TT-{local(at).year}-{cursor.fetchone()[0]:05d}"


def _ground(words: str) -> str:
    ground = normal(words)
    if not ground:
        raise Invalid(_("Hãy ghi lý do."), faults={"ground": "empty"})
    return ground


def _paused_at(row: Agreement, side: Side) -> datetime | None:
    return row.provider_paused_at if side is Side.PROVIDER else row.consumer_paused_at


def _set_pause(row: Agreement, side: Side, at: datetime | None, ground: str) -> None:
    if side is Side.PROVIDER:
        row.provider_paused_at, row.provider_ground = at, ground
    else:
        row.consumer_paused_at, row.consumer_ground = at, ground
    row.save(update_fields=["provider_paused_at", "provider_ground", "consumer_paused_at", "consumer_ground"])


def _cannot(row: Agreement, what: str) -> CannotChange:
    return CannotChange(
        _("Thỏa thuận %(number)s đang “%(here)s”, không làm được việc này: %(what)s.")
        % {"number": row.number, "here": AgreementStatus(row.status).label, "what": what}
    )


def _facts(row: Agreement) -> dict[str, str]:
    return {
        "number": row.number,
        "service": row.plan.service.title,
        "application": row.application.name,
    }


def _tell_owners(row: Agreement, *, by: ActorRef, at: datetime) -> None:
    owners = parties.owners_of(row.plan.service, at=at)
    telling.tell(owners, telling.ASKED, _facts(row), link=f"{HOME}{row.id}/", by=by.id, at=at)


def _tell_developers(row: Agreement, what: str, *, by: ActorRef, at: datetime) -> None:
    developers = parties.developers_of(row.application)
    facts = _facts(row) | {"what": what}
    telling.tell(developers, telling.DECIDED, facts, link=f"{PORTAL}{row.id}/", by=by.id, at=at)
