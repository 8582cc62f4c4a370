"""What of the ground production refuses to start with."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation import crypto
from tinhso.foundation.files import malware, stores


def production_faults() -> list[str]:
    """Everything to mend before production may start, one sentence each; empty when nothing is wrong."""
    return [*crypto.production_faults(), *_malware(), *_files()]


def _malware() -> list[str]:
    try:
        off = malware.address(settings.MALWARE) is None
    except ValueError as error:
        return [str(error)]
    return [_("Chưa bật quét mã độc: đặt TINHSO_MALWARE=clamd://máy:cổng.")] if off else []


def _files() -> list[str]:
    if not settings.FILES:
        return []
    try:
        stores.made_from(settings.FILES)
    except ValueError as error:
        return [str(error)]
    return []
