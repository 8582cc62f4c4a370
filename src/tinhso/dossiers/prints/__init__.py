"""Print forms of the one-stop, as the regulation of their day asks; and slips that no regulation numbers.

Forms are keyed by code, regulation and the day they begin: legal values `one_stop_form_01` … `_07`. What a
number means changed with the regulation (05 and 06 are other forms since TT 03/2025/TT-VPCP), so code asks
for a form by what it means and the table says which number, title and template it has.
"""

from tinhso.dossiers.prints.deemed import approval as deemed_approval
from tinhso.dossiers.prints.heads import form_of
from tinhso.dossiers.prints.letters import offered, own_letter
from tinhso.dossiers.prints.receipts import bundle_receipt, receipt
from tinhso.dossiers.prints.sheets import MOST, control, register
from tinhso.dossiers.prints.slips import (
    extension,
    originals_slip,
    refusal,
    stop,
    supplement,
    supplement_preview,
)

__all__ = [
    "MOST",
    "bundle_receipt",
    "control",
    "deemed_approval",
    "extension",
    "form_of",
    "offered",
    "originals_slip",
    "own_letter",
    "receipt",
    "refusal",
    "register",
    "stop",
    "supplement",
    "supplement_preview",
]
