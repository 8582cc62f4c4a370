"""Which registers a person's page asks who used their data."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.exchange.models import Tracker
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import parse_client
from tinhso.foundation import transactions
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef


def add(*, service: str, name: str, by: ActorRef, at: datetime) -> UUID:
    """Ask this register too; its id. `service` is `class/member/subsystem/code`. Safe to repeat: the name is
    then the new one, and a register that was no longer asked is asked again. Raises Invalid."""
    _check(service, name)
    held = Tracker.objects.filter(service=service).values_list("id", flat=True).first()
    tracker_id = held or new_id()
    with transactions.act("exchange.add_tracker", by=by, at=at, on=_subject(tracker_id)) as work:
        Tracker.objects.update_or_create(
            service=service,
            defaults={"name": name, "ended_at": None},
            create_defaults={"id": tracker_id, "service": service, "name": name, "added_at": at},
        )
        work.record(service=service, name=name)
    return tracker_id


def pause(tracker_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Ask this register no more, until it is added again. Raises NotFound."""
    with transactions.act("exchange.add_tracker", by=by, at=at, on=_subject(tracker_id)) as work:
        if not Tracker.objects.filter(id=tracker_id, ended_at=None).update(ended_at=at):
            raise NotFound(_("Nơi này không còn được hỏi."))
        work.record(paused=True)


def resume(tracker_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Ask this register again. Raises NotFound."""
    row = Tracker.objects.filter(id=tracker_id).first()
    if row is None:
        raise NotFound(_("Không có nơi này."))
    add(service=row.service, name=row.name, by=by, at=at)


def _subject(tracker_id: UUID) -> SubjectRef:
    return SubjectRef("exchange_tracker", tracker_id)


def _check(service: str, name: str) -> None:
    faults = {}
    if not name.strip():
        faults["ten"] = _("Nhập tên nơi giữ dữ liệu, như người dân sẽ đọc.")
    try:
        good = bool(parse_client(service).subsystem)
    except Fault:
        good = False
    if not good:
        faults["dich-vu"] = _(
            "Nhập bốn phần nhóm/thành viên/hệ thống con/dịch vụ, ví dụ GOV/BTP/HOTICH/theo-doi."
        )
    if faults:
        raise Invalid(next(iter(faults.values())), faults=faults)
