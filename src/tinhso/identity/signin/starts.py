"""Slows whoever sends browser after browser to the national e-ID, by address and by session.

An address may be a whole hamlet behind one line, so its limit is high; a browser's own is low.
"""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.identity import limits
from tinhso.identity.contracts import TooManyAttempts
from tinhso.identity.models import Start
from tinhso.identity.signin import sessions

KEY = "eid_starts"


def count(request: HttpRequest, at: datetime) -> None:
    """Count one more start, and drop those nobody counts any more. Raises TooManyAttempts."""
    window = limits.minutes("eid_starts_window", at)
    since = at - window
    address = sessions.address_of(request)
    lately = [moment for moment in request.session.get(KEY, []) if moment > since.timestamp()]
    busy = Start.objects.filter(address=address, at__gt=since)
    if len(lately) >= limits.count("eid_starts_session", at) or busy.count() >= limits.count(
        "eid_starts_address", at
    ):
        minutes = int(window.total_seconds() // 60)
        raise TooManyAttempts(
            _("Đã bấm đăng nhập quá nhiều lần từ máy hoặc mạng này. Hãy chờ %(minutes)d phút rồi thử lại.")
            % {"minutes": minutes},
            minutes=minutes,
        )
    request.session[KEY] = [*lately, at.timestamp()]
    Start.objects.filter(address=address, at__lte=since).delete()
    Start.objects.create(address=address, at=at)
