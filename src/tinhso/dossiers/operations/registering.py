"""A filing filled by registers outside: asked while nothing is open, put in where nobody typed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tinhso.dossiers.models import Draft
from tinhso.dossiers.operations import drafts
from tinhso.forms import api as forms
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.procedures import api as procedures


def ask(*, draft_id: UUID, anew: bool = False, by: ActorRef, at: datetime) -> None:
    """Ask the registers that the form names, and keep what they give where nothing was typed.

    It may take seconds. One that does not answer changes nothing and is told of on the form's pages; one that
    answered for this filing is asked again only `anew`. Raises NotFound, NotAllowed, AlreadySent.
    """
    draft = Draft.objects.filter(id=draft_id, dossier=None).first()
    version = procedures.version(draft.procedure_version_id) if draft else None
    if draft is None or version is None or version.form_version_id is None:
        return
    if not forms.registers_named(version.form_version_id):
        return
    about = forms.Filling(
        filing=draft.id,
        procedure=version.code,
        title=version.name,
        owner=OwnerRef(draft.owner_kind, draft.owner_id),
        relation=draft.relation,
        by=by,
        anew=anew,
    )
    filled = forms.ask_registers(version.form_version_id, about=about, at=at)
    if filled.origins:
        drafts.fill(draft_id=draft_id, filled=filled, asked_for=draft, by=by, at=at)
