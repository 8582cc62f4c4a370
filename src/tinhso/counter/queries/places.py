"""Offices with a queue, their services and windows."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.counter.contracts import NoSuchOffice, OfficeView, ServiceView, WindowView
from tinhso.counter.models import Office, Service, Window, WindowService


def office_row(slug: str) -> Office:
    """The office of a public address. Raises NoSuchOffice."""
    found = Office.objects.filter(slug=slug).first()
    if found is None:
        raise NoSuchOffice(_("Không có bộ phận một cửa nào ở địa chỉ này."))
    return found


def machine_row(slug: str, key: str) -> Office:
    """The office a machine (kiosk, board) belongs to. Raises NoSuchOffice when its key is another."""
    found = office_row(slug)
    if not hmac.compare_digest(found.key.encode(), key.encode()):
        raise NoSuchOffice(_("Máy này đã được đặt lại. Hãy mở lại bằng địa chỉ mới trong trang đặt quầy."))
    return found


def offices(units: Iterable[UUID]) -> tuple[OfficeView, ...]:
    """The offices of these units, by name. One query."""
    rows = Office.objects.filter(unit_id__in=list(units)).order_by("name")
    return tuple(OfficeView(row.id, row.unit_id, row.slug, row.name, row.key) for row in rows)


def services(office_id: UUID, *, open_only: bool = True) -> tuple[ServiceView, ...]:
    """What people come for, by letter. One query."""
    rows = Service.objects.filter(office_id=office_id).order_by("letter")
    if open_only:
        rows = rows.filter(open=True)
    return tuple(ServiceView(row.id, row.letter, row.name, row.minutes) for row in rows)


def windows(office_id: UUID) -> tuple[WindowView, ...]:
    """The open windows by number. Two queries."""
    rows = list(Window.objects.filter(office_id=office_id, open=True).order_by("number"))
    there: dict[UUID, list[UUID]] = defaultdict(list)
    for window, service in WindowService.objects.filter(window__in=rows).values_list("window", "service"):
        there[window].append(service)
    return tuple(
        WindowView(row.id, row.number, row.name, row.officer, row.officer_name, tuple(there[row.id]))
        for row in rows
    )
