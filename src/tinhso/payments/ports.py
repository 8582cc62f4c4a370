"""What this room binds when Django starts: sheets, ways to pay, columns that name persons."""

from pathlib import Path

from django.utils.translation import gettext_noop as _

from tinhso.foundation import files, paper
from tinhso.identity import api as identity
from tinhso.payments.channels.vietqr import VietQr
from tinhso.payments.channels.vnpay import Vnpay
from tinhso.payments.channels.ways import ways
from tinhso.payments.models import Bill, ReconciledDay
from tinhso.payments.pages.desk import navigation

__all__ = ["navigation"]

paper.register_sheets("payments", Path(__file__).parent / "sheets")
for _way in (VietQr(), Vnpay()):
    ways.add(_way.channel.value, _way)
identity.names_person(Bill, "owner_id", what=_("khoản nộp"))

files.hold(ReconciledDay, "file_id")
