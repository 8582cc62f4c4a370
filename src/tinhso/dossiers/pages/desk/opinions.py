"""An opinion that another agency asks for: the question, the papers shared, the answer."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO, cast
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.directory import api as directory
from tinhso.dossiers.contracts import OpinionState
from tinhso.dossiers.faults import OpinionClosed
from tinhso.dossiers.models import Opinion
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.operations import opinions
from tinhso.dossiers.pages.desk.answers import state_words
from tinhso.dossiers.pages.desk.between import PLACE
from tinhso.dossiers.pages.desk.forms import LONGEST
from tinhso.dossiers.pages.desk.papers import served
from tinhso.dossiers.pages.desk.visiting import visit
from tinhso.dossiers.queries import opinions as asked
from tinhso.dossiers.queries.opinions import OpinionView
from tinhso.dossiers.queries.reading import row, trace
from tinhso.dossiers.visibility import Sight
from tinhso.foundation import access, files
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef

ANSWER, DECLINE, PASS = "tra-loi", "khong", "chuyen"


class AnswerForm(forms.Form):
    """Words, a document, or both; or the unit it is passed to."""

    text = forms.CharField(
        label=gettext_lazy("Ý kiến"),
        help_text=gettext_lazy("Cơ quan hỏi đọc được. Ví dụ: thống nhất; lưu ý chỉ giới đường đỏ."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    file = forms.FileField(
        label=gettext_lazy("Văn bản trả lời"),
        help_text=gettext_lazy("PDF đã ký số, nếu có; chữ ký được kiểm tra và cho cơ quan hỏi thấy."),
        required=False,
    )
    unit_id = forms.ChoiceField(label=gettext_lazy("Chuyển trong cơ quan"), required=False)

    def __init__(self, *args: object, units: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["unit_id"].choices = [("", _("Chọn đơn vị")), *units]  # type: ignore[attr-defined]


@never_cache
@access.officer("dossiers.give_opinion")
@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: HttpRequest, opinion_id: UUID) -> HttpResponse:
    """The question with its papers, and the answer. Leaves a trace that the applicant reads."""
    actor, at = visit(request)
    view = asked.one(opinion_id, by=actor, at=at)
    trace(view.dossier, by=actor, at=at, purpose=_("Cho ý kiến về hồ sơ"))
    units = directory.units_of(view.agency, today(at))
    choices = [(str(unit.id), unit.name) for unit in units if unit.id != view.unit]
    if request.method != "POST":
        return _page(request, view, AnswerForm(units=choices), at=at, status=200)
    form = AnswerForm(request.POST, request.FILES, units=choices)
    if not form.is_valid():
        return _page(request, view, form, at=at, status=422)
    try:
        _do(request, form, view, actor=actor, at=at)
    except Invalid as fault:
        for name, sentence in (fault.faults or {"": fault.message}).items():
            form.add_error(name if name in form.fields else None, sentence)
        return _page(request, view, form, at=at, status=422)
    except OpinionClosed as fault:
        form.add_error(None, fault.message)
        now = asked.one(opinion_id, by=actor, at=at)
        return _page(request, now, form, at=at, status=fault.status, written=form.cleaned_data["text"])
    return HttpResponseRedirect(f"{PLACE}?xem=y-kien")


def _do(request: HttpRequest, form: AnswerForm, view: OpinionView, *, actor: ActorRef, at: datetime) -> None:
    given = form.cleaned_data
    if request.POST.get("viec") == PASS:
        unit = next((id_ for id_ in [given["unit_id"]] if id_), "")
        if not unit:
            raise Invalid("", faults={"unit_id": _("Hãy chọn đơn vị nhận.")})
        opinions.pass_to(opinion_id=view.id, unit_id=UUID(unit), by=actor, at=at)
    elif request.POST.get("viec") == DECLINE:
        opinions.decline(opinion_id=view.id, text=given["text"], by=actor, at=at)
    else:
        file_id = _kept(given["file"], actor=actor, at=at)
        opinions.give(opinion_id=view.id, text=given["text"], file_id=file_id, by=actor, at=at)


def _kept(sent: object, *, actor: ActorRef, at: datetime) -> UUID | None:
    if not isinstance(sent, UploadedFile) or sent.file is None:
        return None
    try:
        return files.receive(cast(BinaryIO, sent.file), name=sent.name or "", by=actor, at=at).id
    except files.FileRefused as fault:
        raise Invalid(fault.message, faults={"file": fault.message}) from None


def _page(
    request: HttpRequest, view: OpinionView, form: AnswerForm, *, at: datetime, status: int, written: str = ""
) -> HttpResponse:
    facts = {
        "title": _("%(asker)s xin ý kiến") % {"asker": view.asker},
        "view": view,
        "form": form,
        "errors": bool(form.errors),
        "due": in_words(view.due_at),
        "asked": in_words(view.asked_at),
        "late": view.late(at),
        "open": view.state is OpinionState.ASKED,
        "state": state_words(view),
        "written": written,
        "back": f"{PLACE}?xem=y-kien",
    }
    return render(request, "dossiers/desk/opinion.html", facts, status=status)


@never_cache
@xframe_options_sameorigin
@access.officer("dossiers.give_opinion")
@require_safe
def shared(request: HttpRequest, opinion_id: UUID, paper: UUID) -> FileResponse:
    """A paper shared with the question, and no other."""
    actor, at = visit(request)
    view = asked.one(opinion_id, by=actor, at=at)
    found = next((one.file_id for one in view.shared if one.id == paper), None)
    if found is None:
        raise NotFound(_("Giấy tờ này không được chia sẻ để xin ý kiến, hoặc không có tệp."))
    trace(view.dossier, by=actor, at=at, purpose=_("Mở giấy tờ để cho ý kiến"))
    return served(found)


@never_cache
@xframe_options_sameorigin
@access.officer("dossiers.open")
@require_safe
def document(request: HttpRequest, opinion_id: UUID) -> FileResponse:
    """The document of an answer, for the agency that gave it and for who sees the dossier whole."""
    actor, at = visit(request)
    given = Opinion.objects.filter(id=opinion_id).select_related("request").first()
    if given is None or given.file_id is None:
        raise NotFound(_("Ý kiến này không kèm văn bản."))
    try:
        asked.one(opinion_id, by=actor, at=at)
    except NotFound:
        row(given.request.dossier_id, by=actor, at=at, least=Sight.ALL)
    return served(given.file_id)
