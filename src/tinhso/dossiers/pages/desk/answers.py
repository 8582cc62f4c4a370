"""Opinions of other agencies and the other dossiers of a bundle, as a dossier's screen shows them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers.bundle_words import stands
from tinhso.dossiers.contracts import OpinionState
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.queries.bundles import of_dossier
from tinhso.dossiers.queries.opinions import OpinionView
from tinhso.foundation import files, signing
from tinhso.foundation.errors import Unable


def state_words(view: OpinionView) -> str:
    """What became of it, in words; empty while it is awaited."""
    facts = {"who": view.ended_by, "at": in_words(view.ended_at)}
    return {
        OpinionState.ASKED: "",
        OpinionState.GIVEN: _("%(who)s trả lời lúc %(at)s") % facts,
        OpinionState.NONE: _("không có ý kiến (%(who)s, %(at)s)") % facts,
        OpinionState.PASSED_OVER: _("không trả lời; cơ quan hỏi làm tiếp lúc %(at)s") % facts,
    }[view.state]


def signed(file_id: UUID, *, at: datetime) -> str:
    """What the signatures of a document are worth, in a sentence; empty when it is no signed PDF."""
    try:
        report = signing.verify(files.read(file_id), roots=signing.trusted().roots, at=at)
    except Unable:
        return ""
    return report.sentences[0] if report.signatures else ""


def drawn(views: tuple[OpinionView, ...], *, at: datetime) -> list[dict[str, object]]:
    """Opinions as the screen of a dossier shows them."""
    return [
        {
            "view": view,
            "due": in_words(view.due_at),
            "late": view.late(at),
            "open": view.state is OpinionState.ASKED,
            "state": state_words(view),
            "href": f"/can-bo/y-kien/{view.id}/van-ban/" if view.file_id else "",
            "signed": signed(view.file_id, at=at) if view.file_id else "",
        }
        for view in views
    ]


def bundled(dossier_id: UUID) -> dict[str, object] | None:
    """The bundle of a dossier with where each part stands; None when it is in none."""
    found = of_dossier(dossier_id)
    if found is None:
        return None
    parts = [{"name": part.name, "code": part.code, "stands": stands(part)} for part in found.parts]
    return {"code": found.code, "name": found.name, "parts": parts}
