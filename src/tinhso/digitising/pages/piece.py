"""What digitising brings to a dossier's screen: what must still be scanned, and the way there."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from tinhso.digitising.pages.visiting import OF_DOSSIER
from tinhso.digitising.pages.words import lines
from tinhso.dossiers import api as dossiers
from tinhso.foundation import moments


def piece(view: dossiers.DossierView) -> SafeString:
    """The line under the papers; nothing for a dossier without papers. No query."""
    found = lines(view, on=moments.today(view.row.submitted_at))
    if not found:
        return SafeString("")
    facts = {
        "missing": [line.name for line in found if line.missing],
        "href": f"{OF_DOSSIER}{view.row.code}/",
    }
    return SafeString(render_to_string("digitising/piece.html", facts))
