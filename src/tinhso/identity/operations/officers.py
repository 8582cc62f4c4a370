"""Officers come, hold posts, and leave; absences and deputies are in `standing_in`."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.foundation import text, transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.identity.contracts import AccountKind, NoLongerHolds, PostOverlaps, Role, UnknownPerson
from tinhso.identity.models import Account, Officer, Post
from tinhso.identity.queries.known import KNOWN


def _ref(officer_id: UUID, *units: UUID) -> SubjectRef:
    return SubjectRef("officer", officer_id, units=units)


def register_officer(
    *, login: str, full_name: str, password: str, title: str = "", email: str = "", by: ActorRef, at: datetime
) -> UUID:
    """A new officer with a password; the second factor is set up at the first sign-in.

    Raises Invalid for a login in use or a password that is too weak.
    """
    login = login.strip().lower()
    account = Account(id=new_id(), kind=AccountKind.OFFICER, login=login, created_at=at)
    try:
        validate_password(password, account)
    except ValidationError:
        sentence = _(
            "Mật khẩu cần ít nhất 12 ký tự và không phải mật khẩu dễ đoán. Hãy ghép vài từ rời nhau."
        )
        raise Invalid(sentence, faults={"password": sentence}) from None
    account.set_password(password)
    with transactions.act("identity.register_officer", by=by, at=at, on=_ref(account.id)) as work:
        if Account.objects.filter(login=login).exists():
            raise Invalid(
                _("Tên đăng nhập này đã có người dùng. Hãy chọn tên khác."), faults={"login": "taken"}
            )
        account.save(force_insert=True)
        Officer.objects.create(
            account=account,
            full_name=text.normal(full_name),
            sort=text.name_sort_key(full_name),
            title=title,
            email=email,
        )
        work.record(login=login)
    return account.id


def deactivate(*, officer_id: UUID, by: ActorRef, at: datetime) -> None:
    """Close an officer's account; whatever they signed stays theirs. Raises UnknownPerson."""
    with transactions.act("identity.deactivate_officer", by=by, at=at, on=_ref(officer_id)) as work:
        if not Account.objects.filter(id=officer_id, kind=AccountKind.OFFICER).update(is_active=False):
            raise UnknownPerson(_("Không tìm thấy cán bộ này."))
        KNOWN.changed()
        work.emit(NoLongerHolds(officer_id, at))


def give_post(
    *,
    officer_id: UUID,
    role: Role,
    unit_id: UUID,
    valid_from: date,
    valid_to: date | None = None,
    basis: str = "",
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Give an officer a role in a unit from a day on. Raises PostOverlaps."""
    post = Post(
        id=new_id(),
        officer_id=officer_id,
        role=role,
        unit_id=unit_id,
        valid_from=valid_from,
        valid_to=valid_to,
        basis=basis,
    )
    with transactions.act("identity.give_post", by=by, at=at, on=_ref(officer_id, unit_id)) as work:
        try:
            with transaction.atomic():
                post.save(force_insert=True)
        except IntegrityError as clash:
            if "post_once_at_a_time" not in str(clash):
                raise
            raise PostOverlaps(
                _("Cán bộ đã giữ vai trò này ở đơn vị này trong thời gian đó. Hãy chọn ngày khác.")
            ) from None
        work.record(role=role, unit=str(unit_id), valid_from=valid_from, valid_to=valid_to, basis=basis)
    return post.id


def end_post(*, post_id: UUID, on: date, by: ActorRef, at: datetime) -> None:
    """Let a post end before the day `on`. Raises UnknownPerson when it does not stand then."""
    post = Post.objects.filter(id=post_id, valid_from__lt=on).first()
    if post is None or (post.valid_to is not None and post.valid_to <= on):
        raise UnknownPerson(_("Vị trí này đã kết thúc trước ngày đó."))
    with transactions.act("identity.end_post", by=by, at=at, on=_ref(post.officer_id, post.unit_id)) as work:
        Post.objects.filter(id=post_id).update(valid_to=on)
        KNOWN.changed()
        work.record(post=str(post_id), valid_to=on)
        work.emit(NoLongerHolds(post.officer_id, at))
