"""What this room binds when Django starts: sheets, ways to pay, columns that name persons."""

from pathlib import Path

from django.utils.translation import gettext_noop as _

from tinhso.foundation import files, paper
from tinhso.identity import api as identity
from tinhso.payments.channels.payplat import Platform
from tinhso.payments.channels.tax import HttpTaxSide, tax_side
from tinhso.payments.channels.vietqr import VietQr
from tinhso.payments.channels.vnpay import Vnpay
from tinhso.payments.channels.ways import askers, ways
from tinhso.payments.models import Bill, ReceiptPaper, ReconciledDay
from tinhso.payments.pages.desk import navigation as reconciling
from tinhso.payments.pages.till import navigation as till

__all__ = ["reconciling", "till"]

paper.register_sheets("payments", Path(__file__).parent / "sheets")
for _way in (VietQr(), Vnpay(), Platform()):
    ways.add(_way.channel.value, _way)
identity.names_person(Bill, "owner_id", what=_("khoản nộp"))
for _asker in (Vnpay(), Platform()):
    askers.add(_asker.channel.value, _asker)
files.hold(ReconciledDay, "file_id")
for _column in ("pdf_id", "xml_id"):
    files.hold(ReceiptPaper, _column)
tax_side.bind(HttpTaxSide())
