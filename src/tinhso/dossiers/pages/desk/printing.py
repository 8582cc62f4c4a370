"""Print forms for officers."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from tinhso.dossiers.pages.desk.visiting import visit
from tinhso.dossiers.pages.printable import FORMS
from tinhso.dossiers.queries import letters
from tinhso.dossiers.queries.reading import find, read
from tinhso.foundation import access
from tinhso.foundation.files.serving import pdf, served


@never_cache
@xframe_options_sameorigin
@access.officer("dossiers.open")
@require_safe
def print_form(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """A form as PDF."""
    actor, at = visit(request)
    view = read(find(code), by=actor, at=at, purpose=_("In mẫu của hồ sơ"))
    return pdf(FORMS[form](view.row.id, by=actor, at=at), name=f"{view.row.code}-mau-{form}.pdf")


@never_cache
@access.officer("dossiers.open")
@require_safe
def own_letter(request: HttpRequest, code: str, letter: UUID) -> HttpResponseBase:
    """A letter of the procedure, as it was sent."""
    actor, at = visit(request)
    view = read(find(code), by=actor, at=at, purpose=_("Xem thư đã gửi"))
    return served(letters.file_of(view.row.id, letter).file, name=f"{view.row.code}-thu.pdf")
