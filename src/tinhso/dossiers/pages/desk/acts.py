"""One page per act: a short form that carries what was read; after it the next dossier opens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.dossiers import marks
from tinhso.dossiers.contracts import DossierView
from tinhso.dossiers.faults import Stale, WrongTurn
from tinhso.dossiers.lifecycle import MEANINGS
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.operations import clock, endings, lacking
from tinhso.dossiers.pages.desk import drafting
from tinhso.dossiers.pages.desk.forms import About, ActForm
from tinhso.dossiers.pages.desk.lines import said
from tinhso.dossiers.pages.desk.offers import BY_SLUG, Offer
from tinhso.dossiers.pages.desk.screen import around, beside
from tinhso.dossiers.pages.desk.visiting import LIST, Came, came_from, visit
from tinhso.dossiers.permissions import ACTS
from tinhso.dossiers.queries import changes, presence
from tinhso.dossiers.queries.extending import extensions
from tinhso.dossiers.queries.reading import find, read
from tinhso.dossiers.visibility import Sight, within
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, NotAllowed, NotFound, Unable
from tinhso.foundation.refs import ActorRef
from tinhso.procedures import api as procedures
from tinhso.ui.api import preferences

STAYS = ("note", "message")


@never_cache
@access.officer("dossiers.open")
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, code: str, slug: str) -> HttpResponse:
    """Show an act's form, or do it. A form that was open too long answers 409 and keeps what was typed."""
    offer = BY_SLUG.get(slug)
    if offer is None or offer.do is None:
        raise NotFound(_("Không có việc này trên hồ sơ."))
    actor, at = visit(request)
    view = read(find(code), by=actor, at=at, purpose=_("Giải quyết hồ sơ"), least=Sight.STATUS)
    if not within(view.sight, [offer.act]):
        if request.method == "POST" and actor.id is not None:
            drafting.keep(request, dossier=view.row.id, officer=actor.id, slug=offer.slug, at=at)
        raise _not_now(offer, view.row.status, actor)
    about = About(view=view, actor=actor, at=at)
    form = offer.form(request.POST or None, about=about, slug=offer.slug)
    if request.method != "POST":
        return form_page(request, offer, form, about=about, status=200)
    if not form.is_valid():
        return form_page(request, offer, form, about=about, status=422)
    return _do(request, offer, form, about=about)


def _do(request: HttpRequest, offer: Offer, form: ActForm, *, about: About) -> HttpResponse:
    def refused(fault: Invalid) -> HttpResponse:
        for name, sentence in (fault.faults or {"": fault.message}).items():
            form.add_error(name if name in form.fields else None, sentence)
        return form_page(request, offer, form, about=about, status=422)

    return carry_out(
        request,
        offer,
        lambda: _perform(offer, form, about=about),
        about=about,
        mine=form.written(),
        refused=refused,
    )


def carry_out(
    request: HttpRequest,
    offer: Offer,
    do: Callable[[], object],
    *,
    about: About,
    mine: str,
    refused: Callable[[Invalid], HttpResponse],
) -> HttpResponse:
    """Do an act, then open the next dossier of the list; `mine` is the text that must not be lost.

    When somebody was first, the page says who (409); what the act finds wrong is answered by `refused`.
    """
    came = came_from(request)
    _before, after = beside(came, about.actor, about.view.row.id, about.at)
    try:
        do()
    except (Stale, WrongTurn) as fault:
        return lost(request, offer, mine, fault, about=about)
    except Invalid as fault:
        return refused(fault)
    drafting.forget(dossier=about.view.row.id, officer=about.writer, slug=offer.slug)
    return onwards(request, offer, about.view, came=came, after=after)


def _perform(offer: Offer, form: ActForm, *, about: About) -> None:
    if offer.do is None:
        raise NotFound(_("Không có việc này trên hồ sơ."))
    given: dict[str, Any] = {"dossier_id": about.view.row.id, "by": about.actor, "at": about.at}
    if offer.do is not endings.note:
        given["seen"] = form.cleaned_data["version"]
    offer.do(**given, **form.given())


def onwards(
    request: HttpRequest, offer: Offer, view: DossierView, *, came: Came, after: str
) -> HttpResponseRedirect:
    """To the next dossier of the list with a line of success; words written stay where they were written."""
    said = {"xong": offer.slug, "ma": view.row.code}
    if offer.act in STAYS:
        where = f"{LIST}{view.row.code}/"
    elif after and preferences(request).next_opens:
        where = f"{LIST}{after}/"
    elif preferences(request).next_opens:
        where = LIST
    else:
        where = f"{LIST}{view.row.code}/"
    return HttpResponseRedirect(f"{where}?{came.query}&{urlencode(said)}")


def lost(
    request: HttpRequest, offer: Offer, mine: str, fault: Unable, *, about: About, seen: int | None = None
) -> HttpResponse:
    """Somebody was first: who, what, when, and what is different; my text stays and goes on with me.

    `seen` is the version that was read, when the form does not say it.
    """
    view = about.view
    if mine:
        drafting.keep(request, dossier=view.row.id, officer=about.writer, slug=offer.slug, at=about.at)
    facts = around(view, actor=about.actor, at=about.at, came=came_from(request))
    did = str(fault.facts.get("act", ""))
    facts |= {
        "title": _("Hồ sơ đã đổi từ lúc anh/chị mở"),
        "sentence": fault.message,
        "did": _(ACTS[did]) if did in ACTS and isinstance(fault, Stale) else "",
        "mine": mine,
        **_different(view, seen or _version(request), at=about.at),
        "again": f"{LIST}{view.row.code}/{offer.slug}/" if offer.act in facts["acts"] else "",
        "offer": offer,
    }
    return render(request, "dossiers/desk/lost.html", facts, status=409)


def _version(request: HttpRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


VERDICTS = {
    "good": gettext_noop("đạt"),
    "faulty": gettext_noop("chưa đạt"),
    "unseen": gettext_noop("chưa xét"),
}


def _different(view: DossierView, seen: int, *, at: datetime) -> dict[str, Any]:
    """The acts since the version that was read, and the status then and now."""
    found = changes.since(view.row.id, version=seen) if seen else changes.Changes()
    moved = found.was is not None and found.now is not None and found.was is not found.now
    return {
        "was": MEANINGS[found.was].label if moved and found.was else "",
        "is_now": MEANINGS[found.now].label if moved and found.now else "",
        "changed": [
            {
                "title": _(ACTS[one.act]) if one.act in ACTS else one.act,
                "when": said(one.at, at=at),
                "at": one.at,
                "by": one.who,
                "text": _words(one) if view.sight is Sight.ALL else "",
            }
            for one in found.acts
        ],
        "redrafted": any(one.act in ("draft_result", "undo", "send_back") for one in found.acts)
        and view.result is not None,
    }


def _words(one: changes.Change) -> str:
    """What an act touched and said: for who sees the whole dossier."""
    verdict = _(VERDICTS[one.verdict]) if one.verdict else ""
    about = "" if one.about and one.about in one.note else one.about
    return ". ".join(part for part in (about, verdict, one.note) if part)


def form_page(
    request: HttpRequest, offer: Offer, form: ActForm, *, about: About, status: int, **more: Any
) -> HttpResponse:
    """The act's form: a piece for the dossier screen when htmx asks, else a page."""
    facts = around(about.view, actor=about.actor, at=about.at, came=came_from(request))
    if offer.act not in facts["acts"]:
        raise _not_now(offer, facts["row"].status, about.actor)
    presence.seen(about.view.row.id, by=about.actor, at=about.at, writing=True)
    facts |= {
        "title": _(offer.question),
        "heading": _(offer.question),
        "offer": offer,
        "form": form,
        "errors": bool(form.errors),
        "will": _will(offer, about),
        "restored": in_words(form.typed.saved_at) if form.typed and not form.is_bound else "",
        **_previewed(offer, about.view),
        **_with_letters(offer, about.view),
        **more,
    }
    facts["piece"] = request.headers.get("HX-Request") == "true"
    template = "dossiers/desk/act_form.html" if facts["piece"] else "dossiers/desk/act.html"
    return render(request, template, facts, status=status)


def _not_now(offer: Offer, status: str, actor: ActorRef) -> Unable:
    return NotAllowed(
        _("Lúc này anh/chị không làm được việc “%(act)s” trên hồ sơ này. Hãy mở lại hồ sơ.")
        % {"act": offer.label},
        act=offer.act,
        status=status,
        actor=str(actor.id),
    )


def _previewed(offer: Offer, view: DossierView) -> dict[str, str]:
    if offer.act != "draft_result":
        return {}
    return {
        "preview": f"{LIST}{view.row.code}/{offer.slug}/xem-truoc/",
        "preview_label": _("Xem trước văn bản"),
    }


def _with_letters(offer: Offer, view: DossierView) -> dict[str, Any]:
    """Letters of the procedure, offered where an officer writes a message."""
    if offer.act != "message":
        return {}
    found = procedures.version(view.procedure_version).own_letters
    return {"above": "dossiers/desk/own_letters.html", "own_letters": found} if found else {}


def _will(offer: Offer, about: About) -> str:
    """What follows from the act, or what holds it up, in a sentence, where it can be told before."""
    if marks.LACKING in about.view.row.flags and (
        held := lacking.held_up(Dossier.objects.get(id=about.view.row.id), offer.act)
    ):
        return held
    if offer.act == "accept":
        due = _would_promise(about, about.at)
        return _("Hẹn trả kết quả: %(due)s.") % {"due": in_words(due)} if due else ""
    if offer.act in ("grant_extension", "deny_extension"):
        return _asked_for(about)
    return ""


def _asked_for(about: About) -> str:
    """What the officer asks for, which the leader decides."""
    waits = [one for one in extensions(about.view.row.id) if one.granted is None and not one.lapsed]
    if not waits:
        return ""
    return _("%(who)s xin hẹn lại ngày %(until)s (đã hẹn %(before)s). Lý do: %(reason)s") % {
        "who": waits[-1].asked_by,
        "until": f"{waits[-1].until:%d/%m/%Y}",
        "before": in_words(waits[-1].due_before),
        "reason": waits[-1].reason,
    }


def _would_promise(about: About, at: datetime) -> datetime | None:
    try:
        return clock.would_promise(about.view.procedure_version, agency_id=about.view.row.agency, at=at)
    except Unable:
        return None
