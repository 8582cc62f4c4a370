"""What this room binds of lower rooms when Django starts: registers that fill forms, persons it names."""

from django.utils.translation import gettext_noop as _

from tinhso.forms import api as forms
from tinhso.identity import api as identity
from tinhso.registers.civil_status import LOOK_UP
from tinhso.registers.enterprises import Enterprises
from tinhso.registers.models import Question
from tinhso.registers.pages.desk import navigation
from tinhso.registers.population import Population

__all__ = ["LOOK_UP", "navigation"]

forms.ask_from("population", Population())
forms.ask_from("enterprise", Enterprises())
identity.names_person(Question, "asked_by_id", what=_("lần hỏi cơ sở dữ liệu quốc gia"))
identity.names_person(Question, "about_id")
