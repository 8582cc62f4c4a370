"""The form editor: the page, the sentences of its rules, and the preview as a citizen sees it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from tinhso.forms import api as forms
from tinhso.foundation import access
from tinhso.studio.contracts import DraftState, PartName
from tinhso.studio.pages.form_words import words
from tinhso.studio.pages.posting import posted
from tinhso.studio.pages.visiting import address, frame, visit
from tinhso.studio.queries import blocks


@never_cache
@access.officer("studio.write")
@require_safe
def editor(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The editor; without a script, the form to read."""
    here = visit(request, draft_id)
    facts = frame(here, PartName.FORM)
    definition = here.draft.body(PartName.FORM)["definition"]
    base = address(draft_id, PartName.FORM)
    setup = {
        **forms.palette(),
        "words": words(),
        "title": here.draft.title,
        "icons": static("ui/dist/icons.svg"),
        "closed": here.draft.state is not DraftState.OPEN,
        "sentences": f"{base}cau/",
    }
    facts |= {
        "setup": setup,
        "definition": definition,
        "sentences": forms.sentences_of(definition) if definition else {},
        "blocks": blocks.offered(),
        "taking": f"{base}khoi/",
        "stage": f"{base}khung/",
    }
    return render(request, "studio/form.html", facts)


@access.officer("studio.write")
@require_POST
def sentences(request: HttpRequest, draft_id: UUID) -> JsonResponse:
    """The rules of a posted definition as `{place: sentence}`."""
    visit(request, draft_id)
    return JsonResponse(forms.sentences_of(posted(request, definition=dict)["definition"]))


@never_cache
@access.officer("studio.write")
@xframe_options_sameorigin
@require_safe
def stage(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The empty page in which the preview is drawn, with the styles of citizens' pages."""
    visit(request, draft_id)
    drawn = f"{address(draft_id, PartName.FORM)}xem/"
    return render(request, "studio/form_stage.html", {"title": _("Xem trước"), "drawn": drawn})


@access.officer("studio.write")
@require_POST
def drawn(request: HttpRequest, draft_id: UUID) -> JsonResponse:
    """`{definition, page, answers, posted, leaving}` drawn: `{html, page, answers, asked, note}`.

    422 with `{note}` when the definition cannot be drawn at all.
    """
    here, sent = visit(request, draft_id), posted(request, definition=dict)
    answers, typed = sent.get("answers"), sent.get("posted")
    try:
        made = forms.preview(
            sent["definition"],
            str(sent.get("page", "")),
            answers if isinstance(answers, dict) else {},
            at=here.at,
            posted=QueryDict(typed) if isinstance(typed, str) else None,
            leaving=sent.get("leaving") is True,
        )
    except forms.DefinitionFaulty as faulty:
        told = [problem.sentence for problem in faulty.problems]
        return JsonResponse({"note": " ".join([_("Chưa xem trước được."), *told])}, status=422)
    note = _("Bản xem trước chưa chạy %(count)s điều kiện còn lỗi.") % {"count": made.dropped}
    if made.page not in made.asked:
        note = _("Với các câu trả lời này, trang không được hỏi.")
    elif not made.dropped:
        note = ""
    return JsonResponse(
        {
            "html": made.html,
            "page": made.page,
            "answers": made.answers,
            "asked": made.asked,
            "note": note,
        }
    )
