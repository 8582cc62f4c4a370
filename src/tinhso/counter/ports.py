"""What this room binds of lower rooms when Django starts: views, print templates, paper mode, and whose
appointments are."""

from pathlib import Path

from django.utils.translation import gettext_noop as _

from tinhso.counter.models import Booking
from tinhso.counter.operations import merged
from tinhso.counter.pages.desk import navigation
from tinhso.counter.pages.desk.late import PaperMode
from tinhso.counter.pages.public.choosing import way
from tinhso.dossiers import api as dossiers
from tinhso.foundation import paper
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures

__all__ = ["navigation"]

paper.register_sheets("counter", Path(__file__).parent / "sheets")
if not dossiers.counter_entry.answered:
    dossiers.counter_entry.bind(PaperMode())
procedures.ways.add("appointment", way)
identity.names_person(Booking, "person", what=_("lịch hẹn"), settle=merged.appointments)
