"""A commune that takes birth registrations, with the shipped form, and people who file there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from uuid import UUID

import pytest
from django.test import Client
from PIL import Image

from tests.support import people
from tests.support.office import SENT, Office, office
from tinhso.dossiers.models import Draft
from tinhso.forms import api as forms
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, OwnerRef
from tinhso.procedures import api as procedures
from tinhso.workflow import api as workflow


@dataclass(frozen=True)
class Town:
    """An office, its procedure with a short form, and a citizen with a browser."""

    office: Office
    code: str
    version: UUID
    browser: Client

    @property
    def root(self) -> str:
        return f"/nop/{self.code}/"

    @property
    def owner(self) -> OwnerRef:
        assert self.office.citizen.id
        return OwnerRef("person", self.office.citizen.id)

    def begun(self) -> Draft:
        """The draft of a form that the citizen has just opened at this office."""
        self.browser.post(f"{self.root}noi-nop/", {"co_quan": str(self.office.agency)})
        return Draft.objects.get()


FORM = {
    "title": "Tờ khai thử",
    "parts": [{"name": "con", "title": "Người con"}, {"name": "khai", "title": "Người khai"}],
    "pages": [
        {
            "name": "ten-con",
            "part": "con",
            "question": "Con tên là gì?",
            "fields": [
                {
                    "name": "con.ho_ten",
                    "kind": "text",
                    "label": "Họ, chữ đệm, tên",
                    "format": "person_name",
                    "anew": True,
                }
            ],
        },
        {
            "name": "ghi-chu",
            "part": "con",
            "question": "Có điều gì cần nói thêm không?",
            "fields": [{"name": "ghi_chu", "kind": "long_text", "label": "Ghi chú", "required": False}],
        },
        {
            "name": "nguoi-khai",
            "part": "khai",
            "question": "Ai đi khai?",
            "fields": [
                {
                    "name": "nguoi_khai",
                    "kind": "person",
                    "label": "Người đi khai",
                    "parts": ["ho_ten", "so_dinh_danh"],
                    "prefill": "account",
                }
            ],
        },
    ],
}


def a_procedure(*, level: procedures.AgencyLevel, form: UUID | None, paper: bool = True) -> tuple[str, UUID]:
    """A published procedure with one required and one optional paper; its code and version."""
    process = workflow.deploy(key="tham-dinh-ky", bpmn=workflow.drawing("tham-dinh-ky"), by=SYSTEM, at=SENT)
    papers = (
        procedures.PaperAsked(code="don", name="Đơn đề nghị", originals=1, hint="Viết tay cũng được."),
        procedures.PaperAsked(
            code="uy-quyen", name="Văn bản ủy quyền", required=False, case="Nhờ người khác"
        ),
    )
    code = f"9.{new_id().hex[-6:]}"
    content = procedures.Content(
        name="Thủ tục thử nghiệm của người dân",
        short_name="Thử nghiệm",
        sector="Thử nghiệm",
        applicant_kinds=(procedures.ApplicantKind.CITIZEN,),
        agency_level=level,
        agencies=procedures.Agencies(implementing="UBND cấp xã"),
        steps=("Nộp", "Nhận"),
        channels=(procedures.Channel(kind=procedures.ChannelKind.ONLINE),),
        papers=papers if paper else (),
        term=procedures.Term(5, procedures.Unit.WORKING_DAY),
        results=(procedures.ResultGiven(name="Quyết định thử"),),
        legal_bases=(procedures.LegalBasis(number="01/2025/NĐ-CP"),),
        process_key="tham-dinh-ky",
        process_version_id=process,
        result_template="decision",
        form_version_id=form,
        online_level=procedures.OnlineLevel.FULL,
    )
    version = procedures.draft(code=code, content=content, by=SYSTEM, at=SENT)
    procedures.publish(version_id=version, effective_from=date(2025, 7, 1), by=SYSTEM, at=SENT)
    return code, version


@pytest.fixture
def town() -> Town:
    place = office()
    form = forms.publish(code=f"to-khai-{new_id().hex[-6:]}", definition=FORM, by=SYSTEM, at=SENT)
    code, version = a_procedure(level=procedures.AgencyLevel.PROVINCE, form=form)
    return Town(office=place, code=code, version=version, browser=people.client(place.citizen))


def picture(colour: str = "white", size: tuple[int, int] = (60, 40)) -> BytesIO:
    """A small photo."""
    drawn = BytesIO()
    Image.new("RGB", size, colour).save(drawn, "JPEG")
    drawn.seek(0)
    drawn.name = "giay chung sinh.jpg"
    return drawn


def filled(town: Town) -> None:
    """All pages and the required paper, up to the review."""
    town.browser.post(f"{town.root}noi-nop/", {"co_quan": str(town.office.agency)})
    town.browser.post(f"{town.root}phan/ten-con/", {"con.ho_ten": "Trần Gia Bảo"})
    town.browser.post(f"{town.root}phan/ghi-chu/", {"ghi_chu": ""})
    town.browser.post(
        f"{town.root}phan/nguoi-khai/",
        {"nguoi_khai.ho_ten": "Danh Sóc Kha", "nguoi_khai.so_dinh_danh": "091090000123"},
    )
    town.browser.post(f"{town.root}giay-to/don/", {"tep": picture()})
