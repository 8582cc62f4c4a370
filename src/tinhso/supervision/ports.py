"""What supervision binds of lower rooms: its entries on the left of the desk, its sheet, its files."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.foundation import files, moments, paper
from tinhso.identity import api as identity
from tinhso.supervision import exporting, money_exporting
from tinhso.supervision.models import Closing
from tinhso.supervision.pages.asking import PLACE, REPORTS, WORKLOAD
from tinhso.supervision.pages.digest import PLACE as DIGEST
from tinhso.supervision.pages.money import PLACE as MONEY
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation

__all__ = ["exporting", "money_exporting"]


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """Supervision and reports, for who supervises anything; the digest for everybody. One query."""
    entry = NavigationEntry(text=_("Tóm tắt hằng ngày"), href=DIGEST, current=request.path.startswith(DIGEST))
    own = NavigationGroup(title="", views=[entry], order=11)
    if not identity.somewhere(identity.actor_of(request), "supervision.watch", moments.now()):
        return (own,)
    load = request.path == WORKLOAD
    views = [
        NavigationEntry(
            text=_("Theo dõi giải quyết"), href=PLACE, current=request.path.startswith(PLACE) and not load
        ),
        NavigationEntry(text=_("Khối lượng việc"), href=WORKLOAD, current=load),
        NavigationEntry(text=_("Báo cáo thống kê"), href=REPORTS, current=request.path.startswith(REPORTS)),
        NavigationEntry(text=_("Thanh toán trực tuyến"), href=MONEY, current=request.path.startswith(MONEY)),
    ]
    return (own, NavigationGroup(title=_("Giám sát"), views=views, order=24))


navigation.add("supervision", groups)
files.hold(Closing, "file_id")
paper.register_sheets("supervision", Path(__file__).parent / "sheets")
