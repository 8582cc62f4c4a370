"""Which papers must be digitised on a day, and why: legal value `digitised_papers` (TT 01/2023/TT-VPCP)."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tinhso.foundation import legal
from tinhso.vault import api as vault


def ground(*, procedure: str, paper: str, name: str, on: date) -> str:
    """Why the paper must be digitised, in words; empty when it need not be.

    Earlier results of state bodies, papers that the law of a sector names, papers of the province's list.
    """
    rule = legal.value("digitised_papers", on=on)
    if f"{procedure}/{paper}" in rule["listed"]:
        return _("có trong danh mục phải số hóa của tỉnh")
    kinds = set(vault.kinds_for(procedure=procedure, paper=paper, name=name, on=on))
    if kinds & set(rule["results"]):
        return _("là kết quả giải quyết thủ tục trước đây")
    if kinds & set(rule["sector"]):
        return _("pháp luật chuyên ngành yêu cầu")
    return ""
