"""Papers and sums by the answers: asked, shown, sent, printed and asked for again by one rule."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from tests.dossiers.public.conftest import Town, filled, picture
from tests.dossiers.public.test_filing import review, send
from tests.support import people
from tests.support.office import SENT
from tinhso.dossiers import asked_papers
from tinhso.dossiers.models import Dossier, DraftPaper, SubmittedPaper
from tinhso.dossiers.operations import intake
from tinhso.foundation import moments, paper
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, OwnerRef
from tinhso.procedures import api as procedures
from tinhso.vault import api as vault

pytestmark = pytest.mark.django_db
NOTED = {"!": [{"empty": [{"var": "ghi_chu"}]}]}
LETTER = procedures.PaperAsked(
    code="giai-trinh", name="Bản giải trình", originals=1, case="Có ghi chú", when=NOTED
)
TABLE = procedures.FeeTable(
    hit_policy=procedures.HitPolicy.FIRST,
    inputs=(
        procedures.FeeInput(
            code="kenh",
            label="Cách nộp",
            expression="fact.channel",
            type=procedures.InputType.TEXT,
            options=(("online", "trực tuyến"),),
        ),
    ),
    rows=(
        procedures.FeeRow(
            code="mang",
            fee="le-phi",
            kind=procedures.FeeKind.CHARGE,
            name="Lệ phí",
            tests={"kenh": '"online"'},
            amount=8000,
            exempt_percent=50,
            exempt_ground="12/2024/NQ-HĐND",
            ground="85/2019/TT-BTC",
        ),
    ),
)
SAID = "4.000 đồng (mức thu 8.000 đồng, miễn giảm 4.000 đồng theo 12/2024/NQ-HĐND; Cách nộp là trực tuyến)"


@pytest.fixture
def ruled(town: Town) -> Town:
    """The town's procedure with a paper for those who leave a note, and a table of fees."""
    now = procedures.content_of(procedures.encoded(procedures.version(town.version)))
    content = dataclasses.replace(now, papers=(*now.papers, LETTER), fee_table=TABLE)
    version = procedures.draft(code=town.code, content=content, by=SYSTEM, at=SENT)
    procedures.publish(version_id=version, effective_from=date(2026, 1, 1), by=SYSTEM, at=SENT)
    return dataclasses.replace(town, version=version)


def papers_page(town: Town) -> str:
    return town.browser.get(f"{town.root}giay-to/").content.decode()


def test_a_paper_is_asked_only_of_those_whose_answers_call_for_it(ruled: Town) -> None:
    filled(ruled)
    assert "Bản giải trình" not in papers_page(ruled)
    ruled.browser.post(f"{ruled.root}phan/ghi-chu/", {"ghi_chu": "Xin làm nhanh."})
    assert "Bản giải trình" in papers_page(ruled)
    assert ruled.browser.post(f"{ruled.root}giay-to/").status_code == 422
    assert ruled.browser.get(f"{ruled.root}xem-lai/")["Location"] == f"{ruled.root}giay-to/"


def test_a_file_of_a_paper_no_longer_asked_stays_in_the_draft_and_is_not_sent(ruled: Town) -> None:
    filled(ruled)
    ruled.browser.post(f"{ruled.root}phan/ghi-chu/", {"ghi_chu": "Xin làm nhanh."})
    ruled.browser.post(f"{ruled.root}giay-to/giai-trinh/", {"tep": picture("red")})
    ruled.browser.post(f"{ruled.root}phan/ghi-chu/", {"ghi_chu": ""})
    assert "Bản giải trình" not in review(ruled)
    ruled.browser.post(f"{ruled.root}phan/ghi-chu/", {"ghi_chu": "Lại có."})
    assert "Bản giải trình" in review(ruled)
    ruled.browser.post(f"{ruled.root}phan/ghi-chu/", {"ghi_chu": ""})
    send(ruled)
    assert list(SubmittedPaper.objects.values_list("code", flat=True)) == ["don"]
    assert set(DraftPaper.objects.values_list("code", flat=True)) == {"don", "giai-trinh"}


def test_review_page_and_receipt_say_what_is_paid_and_why(
    ruled: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: dict[str, Any] = {}
    monkeypatch.setattr(paper, "render", lambda **given: printed.update(given["data"]) or b"%PDF")
    filled(ruled)
    assert SAID in review(ruled)
    address = send(ruled)
    assert SAID in ruled.browser.get(address).content.decode()
    dossier = Dossier.objects.get()
    intake.accept(dossier_id=dossier.id, by=ruled.office.intake, at=moments.now())
    ruled.browser.get(f"{address}giay-tiep-nhan.pdf")
    assert ["Lệ phí", SAID] in printed["facts"]


def test_the_desk_judges_the_papers_of_these_answers_only(ruled: Town) -> None:
    filled(ruled)
    send(ruled)
    code = Dossier.objects.get().code
    desk = people.client(ruled.office.intake)
    assert "Bản giải trình" not in desk.get(f"/can-bo/ho-so/{code}/bo-sung/").content.decode()


def test_the_counter_asks_what_the_typed_answers_call_for(ruled: Town) -> None:
    desk = people.client(ruled.office.intake)
    address = f"/can-bo/tiep-nhan/{ruled.code}/"
    assert "Bản giải trình" in desk.get(address).content.decode()
    typed = {"viec": "tim", "con.ho_ten": "Trần Gia Bảo"}
    assert "Bản giải trình" not in desk.post(address, typed).content.decode()
    assert "Bản giải trình" in desk.post(address, {**typed, "ghi_chu": "x"}).content.decode()


def test_the_public_page_lists_the_case_and_the_rows_of_the_table(ruled: Town) -> None:
    drawn = ruled.browser.get(f"/thu-tuc/{ruled.code}/").content.decode()
    assert "Có ghi chú" in drawn
    assert "Cách nộp là trực tuyến; giảm 50% theo 12/2024/NQ-HĐND" in drawn
    assert ruled.browser.get(f"/thu-tuc/{ruled.code}/mau/don/").status_code == 404


@pytest.mark.parametrize(
    ("ecopy", "source", "kind", "stands"),
    [
        ("scan", "uploaded", "giay-khai-sinh", True),
        ("certified", "uploaded", "giay-khai-sinh", False),
        ("certified", "certified", "giay-khai-sinh", True),
        ("original", "certified", "giay-khai-sinh", False),
        ("original", "issued", "giay-khai-sinh", True),
        ("scan", "issued", "khac", False),
        ("scan", "issued", "9.999", True),
    ],
)
def test_a_document_stands_in_by_its_kind_and_by_where_it_comes_from(
    ecopy: str, source: str, kind: str, stands: bool
) -> None:
    asked = procedures.PaperAsked(
        code="x",
        name="Giấy gì đó",
        ecopy=procedures.ElectronicCopy(ecopy),
        reuse=(
            procedures.Reuse(source=procedures.ReuseSource.VAULT, code="giay-khai-sinh"),
            procedures.Reuse(source=procedures.ReuseSource.RESULT, code="9.999"),
            procedures.Reuse(source=procedures.ReuseSource.NATIONAL, code="khac"),
        ),
    )
    document = vault.DocumentView(
        id=new_id(), owner=OwnerRef("person", new_id()), kind=kind, title="", number="", issuer="",
        source=vault.Source(source), file_id=new_id(), sha256="", issued_on=None, valid_from=None,
        valid_to=None, kept_at=SENT, about_kind="", about_id=None,
    )  # fmt: skip
    assert asked_papers.stands_in(asked, document, procedure="9.1", at=SENT) is stands
