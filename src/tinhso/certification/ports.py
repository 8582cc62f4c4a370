"""What this room binds of lower rooms when Django starts: its sheets, its files, its place on the desk."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_noop as _

from tinhso.certification.models import CertifiedCopy
from tinhso.certification.pages.desk import navigation
from tinhso.foundation import files, paper
from tinhso.identity import api as identity

__all__ = ["navigation"]

paper.register_sheets("certification", Path(__file__).parent / "sheets")
for column in ("draft_file", "signed_file", "sealed_file"):
    files.hold(CertifiedCopy, column)
identity.names_person(CertifiedCopy, "owner_id", what=_("bản sao chứng thực"))
