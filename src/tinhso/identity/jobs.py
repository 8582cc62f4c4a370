"""Background work of identity."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session

from tinhso.foundation import jobs, moments
from tinhso.identity import limits
from tinhso.identity.models import Attempt, KeptForm, KnownDevice, SignIn, Start

SIGN_INS_KEPT = timedelta(days=400)


@jobs.job(cron=jobs.daily(2, 10))
def sweep() -> None:
    """Drop what nobody needs any more: dead sessions, old attempts, forms nobody came back for, browsers
    in which nobody has signed in for long."""
    at = moments.now()
    Session.objects.filter(expire_date__lt=at).delete()
    Attempt.objects.filter(at__lt=at - timedelta(days=1)).delete()
    Start.objects.filter(at__lt=at - limits.minutes("eid_starts_window", at)).delete()
    KeptForm.objects.filter(kept_at__lt=at - limits.hours("kept_form_hours", at)).delete()
    SignIn.objects.filter(seen_at__lt=at - SIGN_INS_KEPT).delete()
    KnownDevice.objects.filter(seen_at__lt=at - SIGN_INS_KEPT).delete()
