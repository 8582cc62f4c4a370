"""What every page here needs: who, when, which draft, and the frame around a part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.foundation import moments
from tinhso.foundation.moments import local
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.studio import judging, parts
from tinhso.studio.contracts import DraftState, DraftView, PartName, PartView
from tinhso.studio.queries import drafts

HOME = "/can-bo/xuong/"
WORDS = {
    PartName.DESCRIPTION: "mo-ta",
    PartName.FORM: "to-khai",
    PartName.PAPERS: "giay-to",
    PartName.FEES: "phi",
    PartName.PROCESS: "quy-trinh",
    PartName.TEMPLATES: "mau",
    PartName.EXAMPLES: "truong-hop",
}
"""How each part is called in addresses."""


@dataclass(frozen=True, slots=True)
class Visit:
    """An officer at the pages of one draft."""

    actor: ActorRef
    at: datetime
    draft: DraftView

    def part(self, name: PartName) -> PartView:
        """A part as it stands."""
        return self.draft.parts[name]


def visit(request: HttpRequest, draft_id: UUID) -> Visit:
    """The visit of a request to a draft. Raises UnknownDraft, NotAllowed."""
    at = moments.now()
    actor = identity.actor_of(request)
    identity.require(actor, "studio.write", None, at)
    return Visit(actor, at, drafts.draft(draft_id))


def address(draft_id: UUID, part: PartName | None = None) -> str:
    """The address of a draft, or of one of its parts."""
    return f"{HOME}{draft_id}/{WORDS[part]}/" if part else f"{HOME}{draft_id}/"


def told(draft: DraftView, part: PartName) -> list[dict[str, object]]:
    """What is wrong with one part now, for its editor."""
    return [
        {"where": one.where, "sentence": one.sentence, "blocks": one.blocks}
        for one in judging.of_part(draft, part)
    ]


def frame(here: Visit, part: PartName) -> dict[str, Any]:
    """What the template of a part needs besides its own: the draft, the other parts, when it was saved."""
    view = here.part(part)
    order = list(parts.KINDS)
    after = next(iter(order[order.index(part) + 1 :]), None)
    recorded = bool(here.draft.body(PartName.EXAMPLES).get("examples"))
    return {
        "title": str(parts.KINDS[part].label),
        "draft": here.draft,
        "home": address(here.draft.id),
        "part": view,
        "problems": told(here.draft, part),
        "save": f"{address(here.draft.id, part)}luu/",
        "open": here.draft.state is DraftState.OPEN,
        "examples": address(here.draft.id, PartName.EXAMPLES) if recorded else "",
        "run": f"{address(here.draft.id, PartName.EXAMPLES)}chay/",
        "steps": [
            {
                "text": str(kind.label),
                "href": address(here.draft.id, name),
                "current": name is part,
            }
            for name, kind in parts.KINDS.items()
        ],
        "next": {
            "text": _("Phần tiếp theo: %(part)s") % {"part": parts.KINDS[after].label}
            if after
            else _("Xem lại cả bản và công bố"),
            "href": address(here.draft.id, after),
        },
        "saved": _("%(who)s lưu lúc %(when)s")
        % {"who": view.changed_by, "when": f"{local(view.changed_at):%H:%M %d/%m}"}
        if view.changed_at
        else "",
    }
