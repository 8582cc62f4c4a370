"""Entries of the desk's navigation: reconciliation, with how many differences wait, and receipts."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.payments.operations.receipt_series import HOME as RECEIPTS
from tinhso.payments.pages.desk.receipts import served_agencies
from tinhso.payments.pages.desk.visiting import HOME, agencies
from tinhso.payments.queries.days import counted
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


navigation.add("payments", groups)
