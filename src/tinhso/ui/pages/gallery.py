"""Every component in every size, theme and language, with the strings that break layouts. Not in production.

`/gallery/?size=s|m|l&theme=light|dark&lang=vi|en|km&part=…`; `part=public` shows the public page around it.
"""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe

from tinhso.foundation import access
from tinhso.ui.pages import specimens


@access.development()
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The gallery, or one part of it."""
    if settings.PRODUCTION:
        raise Http404
    size, theme, language = (
        _one_of(request, "size", ("m", "s", "l")),
        _one_of(request, "theme", ("light", "dark")),
        _one_of(request, "lang", ("vi", "en", "km")),
    )
    frame = _one_of(request, "frame", ("desk", "public"))
    with translation.override(language):
        parts = specimens.everything()
        if frame == "public":
            del parts["desk"]
        wanted = request.GET.get("part")
        if wanted:
            parts = {name: pieces for name, pieces in parts.items() if name == wanted}
            if not parts:
                raise Http404
        facts = {
            "title": translation.gettext("Bộ mẫu giao diện"),
            "size": size,
            "theme": theme,
            "language": language,
            "frame": frame,
            "parts": parts,
            "base": f"ui/{frame}.html",
        }
        return HttpResponse(render_to_string("ui/gallery.html", facts, request=request))


def _one_of(request: HttpRequest, name: str, allowed: tuple[str, ...]) -> str:
    given = request.GET.get(name, allowed[0])
    if given not in allowed:
        raise Http404
    return given
