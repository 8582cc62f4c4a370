"""What this room binds when Django starts: files, sheets, the engine, its piece of a dossier."""

from tinhso.digitising import printing
from tinhso.digitising.engines import engine, installed
from tinhso.digitising.models import Scan, Source
from tinhso.digitising.pages import navigation
from tinhso.digitising.pages.piece import piece
from tinhso.dossiers import api as dossiers
from tinhso.foundation import files

__all__ = ["navigation"]

files.hold(Source, "file_id")
files.hold(Scan, "file_id")
printing.register()
found = installed()
if found is not None and not engine.answered:
    engine.bind(found)
if not dossiers.papers_piece.answered:
    dossiers.papers_piece.bind(piece)
