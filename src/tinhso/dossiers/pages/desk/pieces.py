"""What a room above brings to the papers of a dossier's screen: a port."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.safestring import SafeString

from tinhso.dossiers.contracts import DossierView
from tinhso.foundation.registry import Port

papers_piece: Port[Callable[[DossierView], SafeString]] = Port("papers_piece")
