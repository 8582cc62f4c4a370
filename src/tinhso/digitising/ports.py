"""What this room binds when Django starts: files, sheets, the engine, its piece of a dossier."""

from pathlib import Path

from tinhso.digitising.engines import engine, installed
from tinhso.digitising.models import Scan, Source
from tinhso.digitising.pages import navigation
from tinhso.digitising.pages.piece import piece
from tinhso.dossiers import api as dossiers
from tinhso.foundation import files, paper

__all__ = ["navigation"]

files.hold(Source, "file_id")
files.hold(Scan, "file_id")
paper.register_sheets("digitising", Path(__file__).parent / "sheets")
found = installed()
if found is not None and not engine.answered:
    engine.bind(found)
if not dossiers.papers_piece.answered:
    dossiers.papers_piece.bind(piece)
