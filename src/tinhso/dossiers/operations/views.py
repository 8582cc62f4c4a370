"""Keeping a list under a name, for oneself or for one's unit; and how one likes lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.dossiers.models import ListHabit, SavedView, ViewKey
from tinhso.dossiers.queries.desks import Desk
from tinhso.dossiers.queries.views import MOST
from tinhso.foundation import ids, text, transactions
from tinhso.foundation.errors import Invalid, NotAllowed, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.identity import api as identity

ACT = "dossiers.keep_view"
LONGEST_NAME = 60
LONGEST_QUERY = 8000
MINDERS = frozenset({identity.Role.LEADER, identity.Role.SUPERVISOR})
SAID = {
    "saved_view_once_per_officer": gettext_lazy("Anh/chị đã có một danh mục mang tên này."),
    "saved_view_once_per_unit": gettext_lazy("Đơn vị đã có một danh mục mang tên này."),
}
for constraint, sentence in SAID.items():
    transactions.explain(constraint, sentence)


def keep(
    *,
    name: str,
    query: str,
    columns: Sequence[str],
    unit: UUID | None,
    desk: Desk,
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Keep a list; its id.

    Raises Invalid without a name or with too many views, Conflict for a name taken.
    """
    name = _name(name)
    if unit is not None and unit not in desk.units:
        raise NotAllowed(_("Anh/chị không thuộc đơn vị này."))
    if len(query) > LONGEST_QUERY:
        raise Invalid(_("Danh sách này chọn quá nhiều giá trị để lưu. Hãy bớt điều kiện lọc."))
    if SavedView.objects.filter(officer=desk.officer).count() >= MOST:
        raise Invalid(_("Mỗi người lưu nhiều nhất %(most)d danh mục. Hãy xóa bớt.") % {"most": MOST})
    id_ = new_id()
    with transactions.act(ACT, by=by, at=at, on=_subject(id_, unit=unit, desk=desk)) as work:
        SavedView.objects.create(
            id=id_,
            name=name,
            officer=desk.officer,
            unit_id=unit,
            query=query,
            columns=list(columns),
            kept_at=at,
        )
        work.record(name=name, shared=unit is not None)
    return id_


def change(
    *, view_id: UUID, query: str, columns: Sequence[str], desk: Desk, by: ActorRef, at: datetime
) -> None:
    """Keep another list under the same name. Raises NotFound, NotAllowed for a view they do not mind."""
    view = minded(view_id, desk=desk)
    with transactions.act(ACT, by=by, at=at, on=_subject(view.id, unit=view.unit_id, desk=desk)) as work:
        SavedView.objects.filter(id=view.id).update(query=query, columns=list(columns), kept_at=at)
        work.record(name=view.name, shared=view.unit_id is not None)


def drop(*, view_id: UUID, desk: Desk, by: ActorRef, at: datetime) -> None:
    """Forget a view, with the keys that opened it. Raises NotFound, NotAllowed."""
    view = minded(view_id, desk=desk)
    with transactions.act(ACT, by=by, at=at, on=_subject(view.id, unit=view.unit_id, desk=desk)) as work:
        ListHabit.objects.filter(place=str(view.id)).delete()
        view.delete()
        work.record(name=view.name, dropped=True)


def seen(view_id: UUID, *, desk: Desk) -> SavedView:
    """A view of the officer or of one of their units. Raises NotFound for any other."""
    view = SavedView.objects.filter(id=view_id).first()
    theirs = view is not None and (view.officer == desk.officer or view.unit_id in desk.units)
    if view is None or not theirs:
        raise NotFound(_("Không có danh mục này."))
    return view


def minded(view_id: UUID, *, desk: Desk) -> SavedView:
    """A view the officer may change: their own, or a unit's when they lead or supervise it.

    Raises NotFound for one they do not see, NotAllowed for one they only see.
    """
    view = seen(view_id, desk=desk)
    if view.officer != desk.officer and not MINDERS & desk.roles:
        raise NotAllowed(_("Danh mục này do người khác lưu cho đơn vị. Chỉ người đó hoặc lãnh đạo sửa được."))
    return view


def set_key(*, view_id: UUID, key: int | None, desk: Desk) -> None:
    """Open a view by a digit from now on; whichever had it before loses it. None takes the digit away."""
    view = seen(view_id, desk=desk)
    with transaction.atomic():
        keys = ViewKey.objects.filter(officer=desk.officer)
        keys.filter(view=view).delete()
        if key is not None:
            if not 1 <= key <= 9:
                raise Invalid(_("Hãy chọn một phím số từ 1 đến 9."))
            keys.filter(key=key).delete()
            ViewKey.objects.create(officer=desk.officer, view=view, key=key)


def set_columns(*, place: str, columns: Sequence[str], desk: Desk) -> None:
    """Show these columns in one list from now on; none for the usual ones.

    Raises NotFound where the place is a saved view that the officer may not open.
    """
    view_id = ids.read(place)
    if view_id is not None:
        seen(view_id, desk=desk)
    if not columns:
        ListHabit.objects.filter(officer=desk.officer, place=place).delete()
        return
    ListHabit.objects.update_or_create(
        officer=desk.officer, place=place, defaults={"columns": list(columns), "split": False}
    )


def set_split(*, split: bool, officer: UUID) -> None:
    """Show a dossier beside every list from now on, or no longer."""
    ListHabit.objects.update_or_create(officer=officer, place="", defaults={"split": split, "columns": []})


def _name(given: str) -> str:
    name = " ".join(text.normal(given).split())
    if not name:
        raise Invalid(_("Hãy đặt tên cho danh mục."), faults={"ten": _("Hãy đặt tên cho danh mục.")})
    if len(name) > LONGEST_NAME:
        sentence = _("Tên dài nhất %(most)d ký tự.") % {"most": LONGEST_NAME}
        raise Invalid(sentence, faults={"ten": sentence})
    return name


def _subject(view_id: UUID, *, unit: UUID | None, desk: Desk) -> SubjectRef:
    return SubjectRef(kind="view", id=view_id, units=(unit,) if unit else desk.units)
