"""Forms 01 to 07 by the regulation of their day: the same number means another form in another set."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.support import people
from tests.support.days import working_day
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers import prints
from tinhso.dossiers.contracts import PaperFault
from tinhso.dossiers.models import Dossier, Ending, HandOver
from tinhso.dossiers.operations import endings, extensions, intake, routing, supplements
from tinhso.dossiers.pages.printable import FORMS, INSIDE, printable
from tinhso.dossiers.queries.handing import OnTime, hand_overs
from tinhso.dossiers.queries.reading import view
from tinhso.foundation import moments
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import SYSTEM, ActorRef

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OLD, NEW = date(2022, 4, 5), date(2026, 3, 2)


@pytest.fixture
def place() -> Office:
    return office()


def text(pdf: bytes) -> str:
    sheets = pypdfium2.PdfDocument(pdf)
    try:
        words = [sheet.get_textpage().get_text_bounded() for sheet in sheets]
    finally:
        sheets.close()
    return " ".join(" ".join(words).split())


@pytest.mark.parametrize(
    ("means", "on", "code", "regulation"),
    [
        ("receipt", OLD, "01", "TT 01/2018/TT-VPCP"),
        ("receipt", NEW, "01", "TT 03/2025/TT-VPCP"),
        ("extension", OLD, "04", "TT 01/2018/TT-VPCP"),
        ("extension", NEW, "04", "TT 03/2025/TT-VPCP"),
        ("control", OLD, "05", "TT 01/2018/TT-VPCP"),
        ("control", date(2025, 9, 14), "05", "TT 01/2018/TT-VPCP"),
        ("stop", date(2025, 9, 15), "05", "TT 03/2025/TT-VPCP"),
        ("control", date(2025, 9, 15), "06", "TT 03/2025/TT-VPCP"),
        ("register", OLD, "06", "TT 01/2018/TT-VPCP"),
        ("register", NEW, "07", "TT 03/2025/TT-VPCP"),
    ],
)
def test_what_a_number_means_changes_with_the_regulation(
    means: str, on: date, code: str, regulation: str
) -> None:
    form = prints.form_of(means, on=on)
    assert (form.code, form.regulation) == (code, regulation)


def test_a_form_that_its_regulation_does_not_have_is_not_printed() -> None:
    with pytest.raises(Invalid):
        prints.form_of("stop", on=OLD)


def accepted(place: Office, *, at: datetime = SENT) -> UUID:
    dossier = filed(place, at=at)
    intake.accept(dossier_id=dossier.id, by=place.intake, at=at + HOUR)
    return dossier.id


def stop(place: Office, dossier_id: UUID, *, at: datetime) -> None:
    endings.stop(
        dossier_id=dossier_id,
        reason="Đất đang tranh chấp",
        ground="điểm a khoản 1 Điều 7",
        by=place.leader,
        at=at,
    )


def test_form_03_tells_reason_and_legal_ground(place: Office) -> None:
    dossier = filed(place)
    intake.refuse(
        dossier_id=dossier.id, reason="Nơi cư trú thuộc xã khác", ground="Điều 13 Luật Hộ tịch",
        by=place.intake, at=SENT + HOUR,
    )  # fmt: skip
    told = text(prints.refusal(dossier.id, by=place.citizen, at=SENT + DAY))
    for word in ("PHIẾU TỪ CHỐI TIẾP NHẬN", "Nơi cư trú thuộc xã khác", "Căn cứ: Điều 13 Luật Hộ tịch.",
                 dossier.code, place.intake.name):  # fmt: skip
        assert word in told


@pytest.mark.parametrize("field", ["reason", "ground"])
@pytest.mark.parametrize("act", [intake.refuse, endings.stop])
def test_the_agency_ends_nothing_without_reason_and_ground(place: Office, act: Any, field: str) -> None:
    dossier = filed(place)
    if act is endings.stop:
        intake.accept(dossier_id=dossier.id, by=place.intake, at=SENT + HOUR)
    by = place.intake if act is intake.refuse else place.leader
    words = {"reason": "Vì thế", "ground": "Điều 1"} | {field: "  "}
    with pytest.raises(Invalid) as refused:
        act(dossier_id=dossier.id, by=by, at=SENT + 2 * HOUR, **words)
    assert field in refused.value.faults
    assert not Ending.objects.exists()


def test_form_04_apologises_with_the_former_and_the_new_promise(place: Office) -> None:
    dossier_id = accepted(place)
    with pytest.raises(Invalid):
        prints.extension(dossier_id, by=place.citizen, at=SENT + DAY)
    extensions.apologise(
        dossier_id=dossier_id, until=date(2026, 3, 16), reason="Chờ đo đạc", by=place.leader, at=SENT + DAY
    )
    told = text(prints.extension(dossier_id, by=place.citizen, at=SENT + 2 * DAY))
    for word in ("VĂN BẢN XIN LỖI", "Chờ đo đạc", "9/3/2026", "16/3/2026", place.leader.name):
        assert word in told


def test_the_notice_of_stopping_is_form_05_since_2025_and_was_none_before(place: Office) -> None:
    dossier_id = accepted(place)
    stop(place, dossier_id, at=SENT + DAY)
    told = text(prints.stop(dossier_id, by=place.citizen, at=SENT + 2 * DAY))
    for word in ("THÔNG BÁO DỪNG GIẢI QUYẾT", "Đất đang tranh chấp", "điểm a khoản 1 Điều 7"):
        assert word in told
    stopped = view(Dossier.objects.get(id=dossier_id), inside=True, at=SENT + 2 * DAY)
    seen = printable(stopped, later=(), back=(), root="/x/")
    assert [(one.word, one.code) for one in seen] == [("01", "01"), ("dung", "05"), ("kiem-soat", "06")]

    Ending.objects.update(at=datetime(2025, 8, 1, 3, 0, tzinfo=UTC))
    with pytest.raises(Invalid):
        prints.stop(dossier_id, by=place.citizen, at=SENT + 2 * DAY)
    stopped = view(Dossier.objects.get(id=dossier_id), inside=True, at=SENT + 2 * DAY)
    assert "dung" not in [one.word for one in printable(stopped, later=(), back=(), root="/x/")]


def test_the_control_sheet_has_a_line_for_each_hand_over_on_time_or_late(place: Office) -> None:
    dossier_id = accepted(place)
    colleague = people.officer("specialist", place.specialist_unit, name="Võ Văn Cảnh")
    assert colleague.id
    routing.assign(dossier_id=dossier_id, to=colleague.id, by=place.specialist, at=SENT + DAY)
    routing.forward(
        dossier_id=dossier_id, unit_id=people.unit(place.agency), note="", by=colleague, at=SENT + 30 * DAY
    )
    stop(place, dossier_id, at=SENT + 31 * DAY)

    rows = hand_overs(dossier_id)
    assert [row.standing for row in rows] == [None, OnTime.EARLY, OnTime.EARLY, OnTime.LATE, OnTime.LATE]
    assert rows[0].giver == "Danh Sóc Kha"
    assert rows[1].giver.startswith("Lê Thị Hoa")
    assert (rows[2].giver.split(",")[0], rows[2].taker.split(",")[0]) == ("Trần Văn Bình", "Võ Văn Cảnh")
    assert rows[-1].taker == "kết thúc"
    told = text(prints.control(dossier_id, by=SYSTEM, at=SENT + 32 * DAY))
    for word in ("PHIẾU KIỂM SOÁT", "Võ Văn Cảnh", "Quá hạn", "Trước hạn"):
        assert word in told


def test_a_hand_over_while_the_clock_stands_is_not_late(place: Office) -> None:
    dossier_id = accepted(place)
    routing.pause(dossier_id=dossier_id, reason="Chờ Sở", by=place.specialist, at=SENT + DAY)
    colleague = people.officer("specialist", place.specialist_unit)
    assert colleague.id
    routing.assign(dossier_id=dossier_id, to=colleague.id, by=place.leader, at=SENT + 60 * DAY)

    assert hand_overs(dossier_id)[-1].standing is OnTime.STOOD


def test_no_way_of_moving_work_goes_round_the_hand_overs(place: Office) -> None:
    dossier_id = accepted(place)
    before = HandOver.objects.filter(dossier_id=dossier_id).count()
    Dossier.objects.filter(id=dossier_id).update(step="khac", step_name="Bước khác")
    assert HandOver.objects.filter(dossier_id=dossier_id).count() == before + 1
    row = HandOver.objects.filter(dossier_id=dossier_id).latest("id")
    row.pk, row.from_unit, row.to_unit = None, None, None
    with pytest.raises(IntegrityError, match="hand_over_of_somebody"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("ending_known_status", {"status": "accepted"}),
        ("ending_by_the_agency_has_a_ground", {"ground": ""}),
        ("ending_by_the_agency_has_a_ground", {"reason": ""}),
    ],
)
def test_an_ending_that_cannot_be(place: Office, constraint: str, change: dict[str, str]) -> None:
    stop(place, accepted(place), at=SENT + DAY)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Ending.objects.update(**change)


def test_the_register_prints_what_was_received_in_these_days(place: Office) -> None:
    codes = [filed(place, at=SENT + day * DAY).code for day in range(3)]
    browser = people.client(place.intake)
    asked = {"tu-day": 2, "tu-month": 3, "tu-year": 2026, "den-day": 3, "den-month": 3, "den-year": 2026}
    page = browser.get("/can-bo/so-theo-doi/", asked)
    assert [row["code"] for row in page.context["rows"]] == codes[:2]
    assert "Mẫu số 07" in page.content.decode()
    told = text(browser.get("/can-bo/so-theo-doi/in.pdf", asked).content)
    assert "SỔ THEO DÕI HỒ SƠ" in told
    assert codes[0] in told
    assert codes[2] not in told
    assert "Tổng số: 2 hồ sơ." in told

    old = asked | {"tu-year": 2022, "den-year": 2022}
    assert "Mẫu số 06" in browser.get("/can-bo/so-theo-doi/", old).content.decode()
    turned = browser.get("/can-bo/so-theo-doi/", asked | {"den-year": 2025})
    assert turned.status_code == 422


@pytest.mark.parametrize("address", ["/can-bo/so-theo-doi/", "/can-bo/so-theo-doi/in.pdf"])
def test_the_register_is_for_the_counter_leaders_and_supervisors_of_its_agency(
    place: Office, address: str
) -> None:
    code = filed(place).code
    assert Client().get(address).status_code == 302
    assert people.client(place.citizen).get(address).status_code == 302
    assert people.client(place.specialist).get(address).status_code == 403
    for actor in (place.intake, place.leader):
        assert people.client(actor).get(address).status_code == 200
    asked = {"tu-day": 2, "tu-month": 3, "tu-year": 2026, "den-day": 3, "den-month": 3, "den-year": 2026}
    other = people.client(office().intake).get("/can-bo/so-theo-doi/", asked)
    assert code not in other.content.decode()


def everything(place: Office) -> Dossier:
    """A dossier that has every form but the refusal: apologised for, asked, stopped a moment ago."""
    at = moments.now()
    dossier_id = accepted(place, at=at - 2 * HOUR)
    until = working_day(moments.today(at) + 21 * DAY)
    extensions.apologise(dossier_id=dossier_id, until=until, reason="Chờ", by=place.leader, at=at)
    supplements.ask(dossier_id=dossier_id, faults=[PaperFault("don", "Mờ")], by=place.specialist, at=at)
    stop(place, dossier_id, at=at)
    return Dossier.objects.get(id=dossier_id)


def test_the_applicant_gets_the_forms_addressed_to_them_and_nobody_else_does(place: Office) -> None:
    dossier = everything(place)
    browser = people.client(place.citizen)
    page = browser.get(f"/ho-so/{dossier.code}/").content.decode()
    for word in ("02", "04", "dung"):
        address = f"/ho-so/{dossier.code}/mau-{word}.pdf"
        assert address in page
        answer = browser.get(address)
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        assert Client().get(address).status_code == 302
        assert people.client(people.person("Người Khác")).get(address).status_code == 404
        assert people.client(office().intake).get(address).status_code == 404
    assert f"/ho-so/{dossier.code}/mau-kiem-soat.pdf" not in page
    assert browser.get(f"/ho-so/{dossier.code}/mau-kiem-soat.pdf").status_code == 404


@pytest.mark.parametrize("word", sorted({"01", "02", "04", "dung", "kiem-soat"}))
def test_the_desk_prints_every_form_for_who_may_see_the_dossier(place: Office, word: str) -> None:
    dossier = everything(place)
    address = f"/can-bo/ho-so/{dossier.code}/mau-{word}.pdf"
    assert people.client(place.specialist).get(address).content.startswith(b"%PDF")
    assert Client().get(address).status_code == 302
    assert people.client(place.citizen).get(address).status_code == 302
    stranger: ActorRef = office().specialist
    assert people.client(stranger).get(address).status_code == 404
    assert (
        f'href="{address}"'
        in people.client(place.specialist).get(f"/can-bo/ho-so/{dossier.code}/").content.decode()
    )


def test_every_form_of_the_tables_has_a_page() -> None:
    assert {"01", "02", "03", "04", "dung", "kiem-soat"} <= set(FORMS)
    assert set(FORMS) >= INSIDE
