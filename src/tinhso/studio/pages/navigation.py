"""The entry of the studio in the desk's navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.foundation import moments
from tinhso.identity import api as identity
from tinhso.studio.pages.visiting import HOME
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """The studio, for who may write procedures."""
    if not identity.allowed(identity.actor_of(request), ("studio.write",), None, moments.now()):
        return ()
    entry = NavigationEntry(text=_("Xưởng thủ tục"), href=HOME, current=request.path.startswith(HOME))
    return (NavigationGroup(title=_("Thủ tục"), views=[entry], order=70),)


navigation.add("studio", groups)
