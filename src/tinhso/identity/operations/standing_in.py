"""Officers are away, and others stand in for them: absences with a deputy, delegations by a paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.directory import api as directory
from tinhso.foundation import moments, transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.identity.authorisation.grants import delegable
from tinhso.identity.contracts import AbsenceNoted, NoLongerHolds, Role, UnknownPerson
from tinhso.identity.models import Absence, Account, Delegation, Officer, Post
from tinhso.identity.queries.known import KNOWN

HANDED_ON = (
    Role.INTAKE_OFFICER,
    Role.SPECIALIST,
    Role.LEADER,
    Role.CLERK,
    Role.SUPERVISOR,
    Role.CASHIER,
    Role.ACCOUNTANT,
)
"""Roles that go to the deputy of an absent officer; administration and inspection never do."""

transactions.explain(
    "absence_once_at_a_time",
    gettext_lazy("Đã có lần vắng mặt trùng thời gian này. Hãy báo đã về ở lần đó, hoặc chọn ngày khác."),
)
transactions.explain(
    "delegation_one_deputy_at_a_time",
    gettext_lazy("Vai trò này đã có người thay trong thời gian đó. Hãy chấm dứt ủy quyền cũ trước."),
)


def be_absent(
    *,
    officer_id: UUID,
    begins_at: datetime,
    ends_at: datetime,
    reason: str = "",
    deputy_id: UUID | None = None,
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Note an absence: the officer gets no work in it, and the deputy does what they have; its id.

    Every role of theirs goes to the deputy for the time, but for those that a delegation covers already.
    Officers note their own; a head notes those of the agency's people. Raises Invalid for a deputy who cannot
    stand in, Conflict for a second absence at the same time.
    """
    if ends_at <= begins_at:
        sentence = _("Ngày về phải sau ngày bắt đầu vắng. Hãy sửa lại ngày.")
        raise Invalid(sentence, faults={"until": sentence})
    posts = _posts(officer_id, begins_at, ends_at)
    row = Absence(id=new_id(), officer_id=officer_id, begins_at=begins_at, ends_at=ends_at, reason=reason)
    with transactions.act("identity.be_absent", by=by, at=at, on=_whose(officer_id, posts, by)) as work:
        work.on = _of(officer_id, posts)
        row.save(force_insert=True)
        if deputy_id is not None:
            _ask_deputy(officer_id, deputy_id, begins_at, ends_at)
            _stand_in(row, posts, deputy_id)
        work.record(begins_at=begins_at, ends_at=ends_at, deputy=str(deputy_id) if deputy_id else None)
        work.emit(AbsenceNoted(officer_id, deputy_id, begins_at, ends_at, by, at))
    return row.id


def come_back(*, absence_id: UUID, by: ActorRef, at: datetime) -> None:
    """End an absence now, with the deputy's standing in; one that has not begun never was.

    Raises UnknownPerson when it is over already.
    """
    row = Absence.objects.filter(id=absence_id, ends_at__gt=at).first()
    if row is None:
        raise UnknownPerson(_("Lần vắng mặt này đã kết thúc."))
    on = _whose(row.officer_id, _posts(row.officer_id, row.begins_at, row.ends_at), by)
    with transactions.act("identity.be_absent", by=by, at=at, on=on) as work:
        work.on = replace(on, kind="officer")
        given = Delegation.objects.filter(absence=row)
        deputies = set(given.values_list("deputy_id", flat=True))
        if row.begins_at >= at:
            given.delete()
            row.delete()
        else:
            given.update(ends_at=at)
            Absence.objects.filter(id=row.id).update(ends_at=at)
        KNOWN.changed()
        work.record(absence=str(absence_id), back_at=at)
        for deputy in sorted(deputies):
            work.emit(NoLongerHolds(deputy, at))


def delegate(
    *,
    delegator_id: UUID,
    deputy_id: UUID,
    role: Role,
    unit_id: UUID,
    begins_at: datetime,
    ends_at: datetime,
    basis: str = "",
    acts: Iterable[str] = (),
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Hand a role, or with `acts` only these acts of it, to a deputy for a time; `basis` names the paper.

    Raises Invalid when the delegator does not hold it then, for an act that cannot be given apart, and for a
    deputy who would stand in for whoever stands in for them; Conflict for a second deputy at the same time.
    """
    given = sorted(set(acts))
    if not all(act in delegable for act in given):
        raise Invalid(_("Có việc không tách ra ủy quyền được. Hãy chọn lại."), faults={"acts": ""})
    holds = Post.objects.filter(
        officer_id=delegator_id, role=role, unit_id=unit_id, period__contains=moments.today(begins_at)
    )
    if not holds.exists():
        raise Invalid(_("Chỉ ủy quyền được vai trò mình đang giữ. Hãy chọn lại vai trò và đơn vị."))
    row = Delegation(
        id=new_id(),
        delegator_id=delegator_id,
        deputy_id=deputy_id,
        role=role,
        unit_id=unit_id,
        begins_at=begins_at,
        ends_at=ends_at,
        basis=basis.strip(),
        acts=given,
    )
    with transactions.act("identity.delegate", by=by, at=at, on=_of(delegator_id, holds)) as work:
        _ask_circle(delegator_id, deputy_id, begins_at, ends_at)
        row.save(force_insert=True)
        work.record(
            deputy=str(deputy_id),
            role=role,
            unit=str(unit_id),
            acts=given,
            basis=row.basis,
            begins_at=begins_at,
            ends_at=ends_at,
        )
    return row.id


def end_delegation(*, delegation_id: UUID, by: ActorRef, at: datetime) -> None:
    """Take a delegation back now; one that has not begun never begins."""
    row = Delegation.objects.filter(id=delegation_id, ends_at__gt=at).first()
    if row is None:
        raise UnknownPerson(_("Ủy quyền này đã hết hạn."))
    on = SubjectRef("officer", row.delegator_id, units=(row.unit_id,))
    with transactions.act("identity.delegate", by=by, at=at, on=on) as work:
        if row.begins_at >= at:
            row.delete()
        else:
            Delegation.objects.filter(id=row.id).update(ends_at=at)
            KNOWN.changed()
        work.record(ended=str(delegation_id))
        work.emit(NoLongerHolds(row.deputy_id, at))


def _posts(officer_id: UUID, begins_at: datetime, ends_at: datetime) -> list[Post]:
    """The officer's posts that stand on a day of the time."""
    rows = Post.objects.filter(officer_id=officer_id, valid_from__lte=today(ends_at))
    return list(rows.filter(Q(valid_to=None) | Q(valid_to__gt=today(begins_at))))


def _of(officer_id: UUID, posts: Iterable[Post]) -> SubjectRef:
    return SubjectRef("officer", officer_id, units=tuple(sorted({post.unit_id for post in posts})))


def _whose(officer_id: UUID, posts: Iterable[Post], by: ActorRef) -> SubjectRef:
    """Whose absence it is, for identity to judge: the officer's own, or of one of the agency's people."""
    of = _of(officer_id, posts)
    return replace(of, kind="account") if by.id == officer_id else of


def _stand_in(absence: Absence, posts: Iterable[Post], deputy_id: UUID) -> None:
    """The deputy does every role of the absent officer that nobody does for them already."""
    span = {"begins_at": absence.begins_at, "ends_at": absence.ends_at}
    for post in posts:
        if Role(post.role) not in HANDED_ON:
            continue
        place = {"delegator_id": absence.officer_id, "role": post.role, "unit_id": post.unit_id}
        covering = Delegation.objects.filter(
            **place, acts=[], begins_at__lte=absence.begins_at, ends_at__gte=absence.ends_at
        )
        if not covering.exists():
            Delegation.objects.create(id=new_id(), deputy_id=deputy_id, absence=absence, **place, **span)


def _ask_deputy(officer_id: UUID, deputy_id: UUID, begins_at: datetime, ends_at: datetime) -> None:
    """Return when the deputy may stand in: another active officer of the agency, there, in no circle."""
    _ask_circle(officer_id, deputy_id, begins_at, ends_at)
    away = Absence.objects.filter(officer_id=deputy_id, begins_at__lt=ends_at, ends_at__gt=begins_at).first()
    if away is not None:
        raise _unfit(
            _("Người này cũng vắng từ %(begins)s đến %(ends)s. Hãy chọn người khác.")
            % {"begins": _said(away.begins_at), "ends": _said(away.ends_at)}
        )
    theirs = _agencies(_posts(deputy_id, begins_at, ends_at))
    if not theirs & _agencies(_posts(officer_id, begins_at, ends_at)):
        raise _unfit(_("Người thay phải giữ một vị trí trong cùng cơ quan. Hãy chọn người khác."))
    if not Account.objects.filter(id=deputy_id, is_active=True).exists():
        raise _unfit(_("Tài khoản của người này đã khóa. Hãy chọn người khác."))


def _ask_circle(officer_id: UUID, deputy_id: UUID, begins_at: datetime, ends_at: datetime) -> None:
    """Return unless the way from deputy to deputy, in that time, leads back to the officer.

    Both rows are locked, so that two who name each other at once wait for one another.
    """
    if officer_id == deputy_id:
        raise _unfit(_("Không thể tự thay cho mình. Hãy chọn người khác."))
    pair = Officer.objects.filter(account_id__in=[officer_id, deputy_id]).order_by("account_id")
    list(pair.select_for_update().values_list("account_id"))
    seen, step = {deputy_id}, {deputy_id}
    while step:
        rows = Delegation.objects.filter(
            delegator_id__in=step, begins_at__lt=ends_at, ends_at__gt=begins_at
        ).values_list("deputy_id", flat=True)
        step = set(rows) - seen
        seen |= step
    if officer_id in seen:
        raise _unfit(
            _("Người này đang nhờ chính cán bộ vắng mặt thay trong thời gian đó. Hãy chọn người khác.")
        )


def _agencies(posts: Iterable[Post]) -> set[UUID]:
    return {unit.agency_id for unit in directory.units({post.unit_id for post in posts}).values()}


def _unfit(sentence: str) -> Invalid:
    return Invalid(sentence, faults={"deputy": sentence})


def _said(moment: datetime) -> str:
    return f"{local(moment):%H:%M %d/%m/%Y}"
