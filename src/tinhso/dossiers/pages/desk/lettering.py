"""A letter of the procedure to the applicant: chosen, its places filled, seen as it will be, sent."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.dossiers import letters
from tinhso.dossiers.pages.desk.acts import carry_out, form_page
from tinhso.dossiers.pages.desk.forms import About, OwnLetter
from tinhso.dossiers.pages.desk.offers import LETTER
from tinhso.dossiers.pages.desk.visiting import LIST, visit
from tinhso.dossiers.queries.reading import find, read
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.files.serving import pdf


@never_cache
@access.officer("dossiers.message")
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, code: str) -> HttpResponse:
    """Show a letter's form (`?mau=` says which), or send it. Raises NotFound where the procedure has none."""
    about = _about(request, code, purpose=_("Gửi thư cho người nộp"))
    form = OwnLetter(request.POST or None, about=about, slug=LETTER.slug, chosen=request.GET.get("mau", ""))
    if not form.code:
        raise NotFound(_("Thủ tục của hồ sơ này không có thư theo mẫu. Hãy nhắn bằng lời."))
    if request.method != "POST":
        return _page(request, form, about=about, status=200)
    if not form.is_valid():
        return _page(request, form, about=about, status=422)

    def refused(fault: Invalid) -> HttpResponse:
        for name, sentence in (fault.faults or {"": fault.message}).items():
            form.add_error(name if name in form.fields else None, sentence)
        return _page(request, form, about=about, status=422)

    def do() -> None:
        letters.send(
            dossier_id=about.view.row.id,
            by=about.actor,
            at=about.at,
            seen=form.cleaned_data["version"],
            **form.given(),
        )

    return carry_out(request, LETTER, do, about=about, mine=form.written(), refused=refused)


@never_cache
@xframe_options_sameorigin
@access.officer("dossiers.message")
@require_POST
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """The letter as it would be with the words typed so far; nothing is kept."""
    about = _about(request, code, purpose=_("Xem trước thư cho người nộp"))
    form = OwnLetter(request.POST, about=about)
    form.is_valid()
    given = form.given()
    content = letters.preview(
        dossier_id=about.view.row.id,
        letter=given["letter"],
        written=given["written"],
        by=about.actor,
        at=about.at,
    )
    return pdf(content, name=f"{code}-thu-xem-truoc.pdf")


def _about(request: HttpRequest, code: str, *, purpose: str) -> About:
    actor, at = visit(request)
    return About(view=read(find(code), by=actor, at=at, purpose=purpose), actor=actor, at=at)


def _page(request: HttpRequest, form: OwnLetter, *, about: About, status: int) -> HttpResponse:
    return form_page(
        request,
        LETTER,
        form,
        about=about,
        status=status,
        letter=form.code,
        preview=f"{LIST}{about.view.row.code}/{LETTER.slug}/xem-truoc/",
        preview_label=_("Xem trước thư"),
    )
