from pathlib import Path

from django.apps import AppConfig

from tinhso.foundation import paper

SHEETS = Path(__file__).parent / "sheets"


class ProceduresConfig(AppConfig):
    name = "tinhso.procedures"
    label = "procedures"

    def ready(self) -> None:
        for sheet in sorted(SHEETS.glob("*.typ")):
            paper.register(f"procedures/{sheet.stem}", sheet.read_text(encoding="utf-8"))
