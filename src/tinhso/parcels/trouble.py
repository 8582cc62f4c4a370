"""A parcel somebody must look at: a task in its unit, and word to those who do it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop as _

from tinhso.dossiers import api as dossiers
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.notify import api as notify
from tinhso.parcels import subjects
from tinhso.parcels.models import Parcel
from tinhso.tasks import api as tasks

SETTLE = "parcels.settle"
TROUBLE = notify.declare(
    "parcels.trouble",
    subject=_("Bưu gửi của hồ sơ %(code)s cần giải quyết"),
    body=_("%(reason)s Bấm vào liên kết để xem việc cần làm."),
    kind=notify.OVERDUE,
)


def raise_about(parcel: Parcel, why: str, *, by: ActorRef, at: datetime) -> None:
    """Give the work to whoever made the parcel, else to the unit, and tell them. The caller saves the parcel.

    A parcel whose trouble is known already gets no second piece of work.
    """
    known, parcel.trouble = bool(parcel.trouble), why
    if known:
        return
    role = identity.Role.INTAKE_OFFICER
    there = identity.holders(role=role, unit=parcel.unit_id, at=at)
    holder = parcel.made_by_id if parcel.made_by_id in there else None
    tasks.give(
        subject=subjects.PARCEL,
        subject_id=parcel.id,
        act=SETTLE,
        title=why,
        role=role.value,
        unit_id=parcel.unit_id,
        holder=holder,
        due_at=None,
        by=by,
        at=at,
    )
    code = dossiers.rows([parcel.dossier_id])[parcel.dossier_id].code
    names = identity.names([holder] if holder else there)
    notify.send_all(
        [
            notify.Notice(
                to=notify.Recipient(name=name, kind="officer", id=officer),
                template=TROUBLE,
                facts={"code": code, "reason": why},
                about=subjects.of_parcel(parcel),
                link=f"/can-bo/buu-dien/{parcel.key}/",
            )
            for officer, name in names.items()
        ],
        at=at,
    )


def lay(parcel: Parcel, *, by: ActorRef, at: datetime) -> None:
    """The trouble is over: its work ends. The caller saves the parcel."""
    if parcel.trouble:
        tasks.close(subject=subjects.PARCEL, subject_id=parcel.id, by=by, at=at)
        parcel.trouble = ""
