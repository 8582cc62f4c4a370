"""The result templates of the complete procedures: printed from the form's own words, open fields marked."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest

from tinhso.forms.shipped import shipped
from tinhso.foundation import paper
from tinhso.procedures import demo
from tinhso.procedures.ports import SHEETS

COMPLETE = [entry for entry in demo.files() if entry["content"]["result_template"].startswith("procedures/")]
FACTS: dict[str, Any] = {
    "agency": "Ủy ban nhân dân phường Rạch Giá",
    "superior": "Ủy ban nhân dân tỉnh An Giang",
    "notation": "UBND",
    "place": "Rạch Giá",
    "code": "H01.12-261124-0001",
    "applicant": {"name": "Nguyễn Thị Lan"},
    "signer": {"authority": ["TM. ỦY BAN NHÂN DÂN"], "title": "CHỦ TỊCH", "name": "Trần Văn Ẫm"},
    "recipients": ["Nguyễn Thị Lan", "Lưu: VT."],
    "written": {},
}


def _paths(definition: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    for page in definition["pages"]:
        for field in page.get("fields", []):
            found.add(field["name"])
            found |= {f"{field['name']}.{part}" for part in field.get("parts", [])}
    return found


def _links(pdf: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {
            str(note.A.URI)
            for page in document.pages
            for note in page.get("/Annots", [])
            if "/A" in note and "/URI" in note.A
        }


def test_four_procedures_are_complete() -> None:
    assert len(COMPLETE) == 4
    for entry in COMPLETE:
        assert entry["form"] in shipped()
        assert entry["content"]["papers"]
        assert entry["process"]
        assert (SHEETS / f"{entry['content']['result_template'].removeprefix('procedures/')}.typ").exists()


@pytest.mark.parametrize("entry", COMPLETE, ids=lambda entry: str(entry["form"]))
def test_a_sheet_names_only_questions_of_its_form(entry: dict[str, Any]) -> None:
    sheet = SHEETS / f"{entry['content']['result_template'].removeprefix('procedures/')}.typ"
    asked = {part.split('")')[0] for part in sheet.read_text().split('said("')[1:]}
    assert asked
    assert asked <= _paths(shipped()[entry["form"]])


@pytest.mark.parametrize("entry", COMPLETE, ids=lambda entry: str(entry["form"]))
@pytest.mark.parametrize("filled", [True, False])
def test_a_sheet_prints_with_places_for_number_and_signatures(entry: dict[str, Any], filled: bool) -> None:
    paths = _paths(shipped()[entry["form"]])
    values = {path: f"Lời khai {path} *đậm* #eval" for path in paths} if filled else {}
    pdf = paper.render(
        template=entry["content"]["result_template"], data={**FACTS, "values": values}, marked=True
    )
    fields = {link.split("field:")[1].split("#")[0] for link in _links(pdf) if "field:" in link}
    assert fields >= {
        "text/number",
        "text/day",
        "text/month",
        "text/year",
        "signature/signature",
        "signature/seal",
    }
