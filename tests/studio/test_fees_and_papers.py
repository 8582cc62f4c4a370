"""The parts of fees and of papers: what is wrong said before publishing, their pages, files of forms."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from tests.dossiers.public.conftest import picture
from tests.procedures.test_fee_dmn import CAMUNDA
from tests.support import people
from tests.support.people import AT
from tinhso.foundation import files, moments
from tinhso.foundation.ids import new_id
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.procedures.demo import files as demo_files
from tinhso.studio import api as studio
from tinhso.studio.models import SampleForm
from tinhso.studio.operations.drafts import begin

NAME = studio.PartName
FORM = {
    "title": "Tờ khai thử",
    "pages": [
        {
            "name": "con",
            "question": "Con sinh ngày nào?",
            "fields": [
                {"name": "con.ngay_sinh", "kind": "date", "label": "Ngày sinh của con"},
                {"name": "so_ban", "kind": "number", "label": "Số bản"},
                {
                    "name": "noi_sinh",
                    "kind": "choice",
                    "label": "Sinh ở đâu",
                    "options": [{"value": "vien", "label": "Bệnh viện"}, {"value": "nha", "label": "Ở nhà"}],
                },
            ],
        }
    ],
}
AGE = "years and months duration(con.ngay_sinh, today()).years"
SUM = {"fee": "le-phi", "kind": "charge", "name": "Lệ phí", "amount": 8000, "ground": "85/2019/TT-BTC"}
TABLE: dict[str, Any] = {
    "hit_policy": "unique",
    "inputs": [
        {"code": "tuoi", "label": "Tuổi", "expression": AGE, "type": "number"},
        {"code": "noi", "label": "Nơi sinh", "expression": "noi_sinh", "type": "text"},
    ],
    "rows": [
        {**SUM, "code": "d1", "tests": {"tuoi": "< 18"}, "exempt_percent": 100,
         "exempt_ground": "97/2015/QH13"},
        {**SUM, "code": "d2", "tests": {"tuoi": ">= 18"}},
    ],
}  # fmt: skip
PAPER: dict[str, Any] = {"code": "gcs", "name": "Giấy chứng sinh", "originals": 1, "ground": "60/2014/QH13"}


def drafted(*, form: Any = FORM, **bodies: dict[str, Any]) -> tuple[UUID, Any]:
    """A draft with a form and the given parts, and its author."""
    author = people.officer(identity.Role.SPECIALIST)
    draft = begin(code=f"T.{new_id().hex[-8:]}", title="Thử", by=author, at=AT)
    parts = {
        NAME.FORM: {"code": "thu", "definition": form},
        **{NAME(name): body for name, body in bodies.items()},
    }
    for name, body in parts.items():
        studio.save(draft_id=draft, part=name, body=body, seen=0, by=author, at=AT)
    return draft, author


def problems(draft: UUID, part: studio.PartName, *, blocks: bool = True) -> dict[str, str]:
    """What is wrong with a part, by place."""
    found = studio.problems(studio.draft(draft))
    return {one.where: one.sentence for one in found if one.part is part and one.blocks is blocks}


def with_rows(*tests: dict[str, str]) -> dict[str, Any]:
    """The table above with other cells."""
    rows = [{**row, "tests": cells} for row, cells in zip(TABLE["rows"], tests, strict=True)]
    return {"fees": [], "fee_table": {**TABLE, "rows": rows}}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "where", "words"),
    [
        (with_rows({"tuoi": "< 18"}, {"tuoi": ">= 18", "noi": '"tram"'}), "d2/noi", "không có ý"),
        (with_rows({"tuoi": "< 18"}, {"tuoi": "mười tám"}), "d2/tuoi", "Không hiểu"),
        (with_rows({"tuoi": "<= 18"}, {"tuoi": ">= 18"}), "d2", "cùng đúng"),
        ({"fees": [], "fee_table": {**TABLE, "inputs": [{**TABLE["inputs"][0], "expression": "que_quan"},
                                                        TABLE["inputs"][1]]}}, "tuoi", "que_quan"),
        ({"fees": [], "fee_table": {**TABLE, "hit_policy": "best"}}, "", "Không đọc được"),
        ({"fees": [{"code": "a", "kind": "fee", "name": "Phí", "amount": 5}]}, "a", "căn cứ"),
        ({"fees": [{"code": "a", "kind": "fee", "name": "x", "amount": -5, "ground": "x"}]}, "a", "0 đồng"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_fees_is_said_at_its_place(body: dict[str, Any], where: str, words: str) -> None:
    draft, _author = drafted(fees=body)
    assert words in problems(draft, NAME.FEES)[where]


@pytest.mark.django_db
def test_a_sound_table_has_no_problem_and_one_without_a_form_has() -> None:
    draft, _author = drafted(fees={"fees": [], "fee_table": TABLE})
    assert problems(draft, NAME.FEES) == {}
    bare, _author = drafted(form=None, fees={"fees": [], "fee_table": TABLE})
    assert "chưa có tờ khai" in problems(bare, NAME.FEES)["tuoi"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("paper", "words"),
    [
        ({"name": " "}, "tên giấy tờ"),
        ({"originals": -1}, "Số bản"),
        ({"reuse": [{"source": "vault", "code": ""}]}, "lấy gì thay"),
        ({"when": {"==": [{"var": "noi_sinh"}, "nha"]}}, "bằng lời"),
        ({"case": "x", "when": {"==": [{"var": "que"}, "nha"]}}, "que"),
        ({"case": "x", "when": {"==": [{"var": "noi_sinh"}, "tram"]}}, "không có ý"),
        ({"case": "x", "when": {"matches": [1]}}, "Không hỏi được"),
    ],
)
def test_what_is_wrong_with_a_paper_is_said(paper: dict[str, Any], words: str) -> None:
    draft, _author = drafted(papers={"papers": [{**PAPER, **paper}]})
    assert words in problems(draft, NAME.PAPERS)["gcs"]


@pytest.mark.django_db
def test_a_paper_without_a_law_is_told_and_two_of_one_code_block() -> None:
    draft, _author = drafted(papers={"papers": [{**PAPER, "ground": ""}]})
    assert "luật nào" in problems(draft, NAME.PAPERS, blocks=False)["gcs"]
    assert problems(draft, NAME.PAPERS) == {}
    twice, _author = drafted(papers={"papers": [PAPER, PAPER]})
    assert "cùng một mã" in problems(twice, NAME.PAPERS)["gcs"]


@pytest.mark.django_db
def test_table_and_papers_of_a_draft_come_into_the_published_version() -> None:
    ruled = {**PAPER, "code": "ck", "case": "Sinh ở nhà", "when": {"==": [{"var": "noi_sinh"}, "nha"]}}
    draft, author = drafted(fees={"fees": [], "fee_table": TABLE}, papers={"papers": [PAPER, ruled]})
    whole = procedures.encoded(procedures.content_of(demo_files()[0]["content"]))
    words = dict(studio.draft(draft).body(NAME.DESCRIPTION))
    words |= {name: whole[name] for name in words}
    studio.save(draft_id=draft, part=NAME.DESCRIPTION, body=words, seen=0, by=author, at=AT)
    process = {**studio.draft(draft).body(NAME.PROCESS), "key": "mot-buoc"}
    studio.save(draft_id=draft, part=NAME.PROCESS, body=process, seen=0, by=author, at=AT)
    other = people.officer(identity.Role.ADMINISTRATOR)
    version = procedures.version(
        studio.publish(draft_id=draft, effective_from=date(2026, 12, 1), by=other, at=AT)
    )
    assert version.fee_table is not None
    [line] = procedures.assess(version, {"con": {"ngay_sinh": "2020-01-01"}}, {}, on=date(2026, 12, 1))
    assert (line.amount, line.exempted, line.exempt_ground) == (8000, 8000, "97/2015/QH13")
    assert [one.code for one in procedures.papers_asked(version, {"noi_sinh": "nha"}, on=AT.date())] == [
        "gcs",
        "ck",
    ]
    again = begin(code=version.code, title="x", by=author, at=AT, base=version)
    assert studio.draft(again).body(NAME.FEES) == studio.draft(draft).body(NAME.FEES)


def post(client: Client, address: str, sent: Any) -> Any:
    """JSON posted; the answer read."""
    answer = client.post(address, orjson.dumps(sent), content_type="application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.django_db
def test_the_page_of_fees_reads_each_row_and_tries_it() -> None:
    body = {"fees": [], "fee_table": TABLE}
    draft, author = drafted(fees=body)
    client, root = people.client(author), f"/can-bo/xuong/{draft}/phi/"
    drawn = client.get(root).content.decode()
    assert "Tuổi dưới 18: Lệ phí 8.000 đồng, miễn toàn bộ theo 97/2015/QH13." in drawn
    assert AGE in drawn
    sent = {"body": body, "values": {"con.ngay_sinh": "2000-01-01"}, "day": "2026-11-24"}
    told = post(client, f"{root}xem/", sent)
    assert told["cells"]["d2/tuoi"] == "Tuổi từ 18 trở lên"
    assert [(line["due"], line["why"]) for line in told["lines"]] == [("8.000 đồng", "Tuổi từ 18 trở lên")]
    assert post(client, f"{root}xem/", {"body": {"fee_table": {"rows": 1}}})["fault"]
    assert client.post(f"{root}xem/", b"[]", content_type="application/json").status_code == 422


@pytest.mark.django_db
def test_a_table_goes_out_as_dmn_and_comes_back_and_a_foreign_one_is_named() -> None:
    draft, author = drafted(fees={"fees": [], "fee_table": TABLE})
    client, root = people.client(author), f"/can-bo/xuong/{draft}/phi/"
    written = client.get(f"{root}bang.dmn").content
    back = client.post(f"{root}nhap/", written, content_type="application/xml").json()
    assert (back["table"]["rows"][0]["tests"], back["unread"]) == ({"tuoi": "< 18"}, [])
    foreign = client.post(f"{root}nhap/", CAMUNDA.encode(), content_type="application/xml").json()
    assert [one["where"] for one in foreign["unread"]] == ["x", "Output_3", "decisionrule-2/amount"]
    assert client.post(f"{root}nhap/", b"<a>", content_type="application/xml").status_code == 422
    empty, author = drafted()
    assert people.client(author).get(f"/can-bo/xuong/{empty}/phi/bang.dmn").status_code == 404


@pytest.mark.django_db
def test_the_page_of_papers_says_when_and_keeps_the_form_to_fill_in() -> None:
    ruled = {**PAPER, "case": "Sinh ở nhà", "when": {"==": [{"var": "noi_sinh"}, "nha"]}}
    draft, author = drafted(papers={"papers": [ruled]})
    client, root = people.client(author), f"/can-bo/xuong/{draft}/giay-to/"
    assert "Ở nhà" in client.get(root).content.decode()
    assert "Ở nhà" in post(client, f"{root}xem/", {"body": {"papers": [ruled]}})["sentences"]["gcs"]
    kept = client.post(f"{root}mau/", {"tep": SimpleUploadedFile("mau.jpg", picture().getvalue())}).json()
    assert client.get(f"{root}mau/{kept['file']}/").status_code == 200
    assert client.get(f"{root}mau/{new_id()}/").status_code == 404
    assert client.post(f"{root}mau/", {"tep": SimpleUploadedFile("mau.exe", b"MZ")}).status_code == 422
    files.loosen([UUID(kept["file"])], at=AT)
    files.clear(at=moments.now())
    assert files.describe([UUID(kept["file"])])


@pytest.mark.django_db
def test_the_database_holds_a_form_once_for_a_draft() -> None:
    draft, _author = drafted()
    row = {"draft_id": draft, "file_id": new_id(), "kept_by": "x", "kept_at": AT}
    SampleForm.objects.create(**row)
    with pytest.raises(IntegrityError, match="sample_kept_once"), transaction.atomic():
        SampleForm.objects.create(**row)


@pytest.mark.django_db
def test_only_officers_who_write_come_to_these_pages() -> None:
    draft, _author = drafted(fees={"fees": [], "fee_table": TABLE})
    root = f"/can-bo/xuong/{draft}/"
    visitors = [
        (Client(), {302, 401, 403}),
        (people.client(people.person("Danh Sóc Kha")), {302, 403}),
        (people.client(people.officer(identity.Role.LEADER)), {403}),
    ]
    for client, refused in visitors:
        for word in ("phi/", "phi/bang.dmn", "giay-to/", f"giay-to/mau/{new_id()}/"):
            assert client.get(f"{root}{word}").status_code in refused
        for word in ("phi/xem/", "phi/nhap/", "giay-to/xem/", "giay-to/mau/"):
            assert client.post(f"{root}{word}", {}).status_code in refused
