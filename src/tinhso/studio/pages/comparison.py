"""Two versions beside each other, and a draft beside the version it was begun from, told in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.foundation import access, moments
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.studio import parts
from tinhso.studio.bodies import telling
from tinhso.studio.contracts import Body, DraftView, PartName
from tinhso.studio.pages.visiting import HOME, address, visit
from tinhso.studio.queries import versions


@never_cache
@access.officer("studio.write")
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """What the version `sau` says otherwise than the version `truoc`."""
    identity.require(identity.actor_of(request), "studio.write", None, moments.now())
    before, after = (procedures.version(_id(request.GET.get(name, ""))) for name in ("truoc", "sau"))
    facts = {
        "title": _("So sánh hai phiên bản"),
        "subject": after.short_name or after.name,
        "home": HOME,
        "back": _("Xưởng thủ tục"),
        "before": _titled(before),
        "after": _titled(after),
        "groups": groups(versions.bodies_of(before), versions.bodies_of(after)),
    }
    return render(request, "studio/comparison.html", facts)


@never_cache
@access.officer("studio.write")
@require_safe
def since(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """What a draft changes in the version it was begun from."""
    here = visit(request, draft_id)
    if here.draft.base is None:
        raise procedures.UnknownProcedure(_("Thủ tục này mới, chưa có bản nào trước để so."))
    facts = {
        "title": _("Đổi so với bản đang hiệu lực"),
        "subject": here.draft.title,
        "home": address(draft_id),
        "back": here.draft.title,
        "before": _titled(procedures.version(here.draft.base)),
        "after": _("bản đang soạn"),
        "groups": changed(here.draft),
    }
    return render(request, "studio/comparison.html", facts)


def changed(draft: DraftView) -> list[dict[str, Any]]:
    """What a draft changes in its base, part by part; nothing without one."""
    if draft.base is None:
        return []
    base = versions.bodies_of(procedures.version(draft.base))
    return groups(base, {name: view.body for name, view in draft.parts.items()})


def groups(before: Mapping[PartName, Body], after: Mapping[PartName, Body]) -> list[dict[str, Any]]:
    """The parts that are different, each with its changes in words."""
    found = []
    for name, kind in parts.KINDS.items():
        changes = telling.told(name, before[name], after[name])
        if name is PartName.PROCESS and changes:
            changes += telling.drawing_told(before[name], after[name])
        if changes:
            found.append({"label": str(kind.label), "part": name, "changes": changes})
    return found


def _titled(version: procedures.VersionView) -> str:
    if version.effective_from is None:
        return _("bản %(n)d, chưa công bố") % {"n": version.number}
    return _("bản %(n)d, từ %(day)s") % {
        "n": version.number,
        "day": f"{version.effective_from:%d/%m/%Y}",
    }


def _id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise procedures.UnknownProcedure(_("Địa chỉ này thiếu phiên bản để so sánh.")) from None
