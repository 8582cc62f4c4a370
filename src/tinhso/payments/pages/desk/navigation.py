"""The entries of accounting in the desk's navigation: reconciliation, receipts, accounts, refunds."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.identity import api as identity
from tinhso.payments.operations import naming
from tinhso.payments.operations.receipt_series import HOME as RECEIPTS
from tinhso.payments.pages.desk.receipts import served_agencies
from tinhso.payments.pages.desk.refunding import BILLS, held
from tinhso.payments.pages.desk.refunding import HOME as REFUNDS
from tinhso.payments.pages.desk.visiting import HOME, KEEPERS, agencies, visit
from tinhso.payments.queries.days import counted
from tinhso.payments.queries.refunds import counted as waiting_refunds
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """What an accountant may open here, receipts for who takes money, and accounts for who decides on them.
    Six queries, two for most officers."""
    actor, at = visit(request)
    views, served = [], agencies(request)
    if served:
        views.append(
            NavigationEntry(
                text=_("Đối soát tiền nộp"),
                href=HOME,
                count=counted(served),
                current=request.path.startswith(HOME),
            )
        )
    if served_agencies(request):
        views.append(
            NavigationEntry(text=_("Biên lai"), href=RECEIPTS, current=request.path.startswith(RECEIPTS))
        )
    if identity.units_held(actor, KEEPERS, at):
        views.append(
            NavigationEntry(
                text=_("Tài khoản nhận tiền"),
                href=naming.HOME,
                current=request.path.startswith(naming.HOME),
            )
        )
    return (NavigationGroup(title=_("Kế toán"), views=views, order=34),) if views else ()


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
    return (NavigationGroup(title=_("Phí, lệ phí"), views=[entry], order=35),)


navigation.add("payments", groups)
navigation.add("payments-refunds", refunds)
