"""The entries of accounting in the desk's navigation, with how many differences wait."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.identity import api as identity
from tinhso.payments.operations import naming
from tinhso.payments.pages.desk.visiting import HOME, KEEPERS, agencies, visit
from tinhso.payments.queries.days import counted
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """What an accountant may open here, and who decides on accounts. Four queries, one for most officers."""
    actor, at = visit(request)
    if not identity.units_held(actor, KEEPERS, at):
        return ()
    views = [
        NavigationEntry(
            text=_("Tài khoản nhận tiền"),
            href=naming.HOME,
            current=request.path.startswith(naming.HOME),
        )
    ]
    served = agencies(request)
    if served:
        days = NavigationEntry(
            text=_("Đối soát tiền nộp"),
            href=HOME,
            count=counted(served),
            current=request.path.startswith(HOME),
        )
        views.insert(0, days)
    return (NavigationGroup(title=_("Kế toán"), views=views, order=34),)


navigation.add("payments", groups)
