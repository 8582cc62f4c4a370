"""The entry of reconciliation in the desk's navigation, with how many differences wait."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.payments.pages.desk.visiting import HOME, agencies
from tinhso.payments.queries.days import counted
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """What an accountant may open here. Three queries."""
    served = agencies(request)
    if not served:
        return ()
    entry = NavigationEntry(
        text=_("Đối soát tiền nộp"),
        href=HOME,
        count=counted(served),
        current=request.path.startswith(HOME),
    )
    return (NavigationGroup(title=_("Kế toán"), views=[entry], order=34),)


navigation.add("payments", groups)
