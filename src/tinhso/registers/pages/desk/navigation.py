"""The entry of registers in the desk's navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.foundation import moments
from tinhso.identity import api as identity
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation

HOME = "/can-bo/tra-cuu-ho-tich/"


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """Asking the register of civil status, for officers who handle dossiers."""
    if not identity.somewhere(identity.actor_of(request), "registers.inquire", moments.now()):
        return ()
    entry = NavigationEntry(text=_("Tra cứu hộ tịch"), href=HOME, current=request.path.startswith(HOME))
    return (NavigationGroup(title=_("Tra cứu"), views=[entry], order=40),)


navigation.add("registers", groups)
