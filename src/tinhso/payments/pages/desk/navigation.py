"""Entries of the desk's navigation: reconciliation with how many differences wait, receipts, refunds."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.payments.operations.receipt_series import HOME as RECEIPTS
from tinhso.payments.pages.desk.receipts import served_agencies
from tinhso.payments.pages.desk.refunding import BILLS, held
from tinhso.payments.pages.desk.refunding import HOME as REFUNDS
from tinhso.payments.pages.desk.visiting import HOME, agencies, visit
from tinhso.payments.queries.days import counted
from tinhso.payments.queries.refunds import counted as waiting_refunds
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """What an accountant may open here, and receipts for who takes money. Five queries."""
    entries, served = [], agencies(request)
    if served:
        entries.append(
            NavigationEntry(
                text=_("Đối soát tiền nộp"),
                href=HOME,
                count=counted(served),
                current=request.path.startswith(HOME),
            )
        )
    if served_agencies(request):
        entries.append(
            NavigationEntry(text=_("Biên lai"), href=RECEIPTS, current=request.path.startswith(RECEIPTS))
        )
    return (NavigationGroup(title=_("Kế toán"), views=entries, order=34),) if entries else ()


def refunds(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """What somebody who decides about money or hands it out may open here."""
    actor, _at = visit(request)
    served, roles = held(request)
    if not served or actor.id is None:
        return ()
    entry = NavigationEntry(
        text=_("Hoàn, miễn"),
        href=REFUNDS,
        count=waiting_refunds(served, officer=actor.id, roles=roles),
        current=request.path.startswith((REFUNDS, BILLS)),
    )
    return (NavigationGroup(title=_("Hoàn, miễn"), views=[entry], order=35),)


navigation.add("payments", groups)
navigation.add("payments-refunds", refunds)
