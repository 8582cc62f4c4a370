from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts, paper

SHEETS = Path(__file__).parent / "sheets"


class ProceduresConfig(AppConfig):
    name = "tinhso.procedures"
    label = "procedures"

    def ready(self) -> None:
        acts.declare("procedures.draft", _("Soạn phiên bản thủ tục"), subject="procedure")
        acts.declare("procedures.revise", _("Sửa bản nháp thủ tục"), subject="procedure")
        acts.declare("procedures.discard", _("Bỏ bản nháp thủ tục"), subject="procedure")
        acts.declare("procedures.publish", _("Công bố thủ tục"), subject="procedure")
        acts.declare("procedures.withdraw", _("Bãi bỏ thủ tục"), subject="procedure")
        acts.declare("procedures.import", _("Nhập danh mục thủ tục quốc gia"), subject="procedure-import")
        for sheet in sorted(SHEETS.glob("*.typ")):
            paper.register(f"procedures/{sheet.stem}", sheet.read_text(encoding="utf-8"))
