"""Where a sign-in leads: back to where the visitor was going, by way of a form that was kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from tinhso.identity.signin import keeping


def safe(request: HttpRequest, target: str, otherwise: str) -> str:
    """The address when it is one of ours, else `otherwise`."""
    ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if ours and target.startswith("/") else otherwise


def onward(request: HttpRequest, account_id: UUID, back: str, at: datetime) -> str:
    """Where to go after signing in: to the kept form first, when there is one."""
    return "/dang-nhap/viet-tiep/" if keeping.kept(request, account_id, at) else back
