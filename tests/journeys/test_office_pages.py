"""Pages of an office's frame: closed days, hand-overs, opinions, absence, re-assignment, calendars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from tests.dossiers.desk.test_calendars import next_working_day
from tests.journeys.test_officer_day import sign_in
from tests.journeys.test_parcels import look
from tests.support import people
from tests.support.between import sent, three
from tests.support.office import Office, accepted, office
from tinhso.directory import api as directory
from tinhso.dossiers.models import Opinion, Recount
from tinhso.dossiers.operations import closures, intake, opinions, recounts, routing
from tinhso.foundation import moments, worktime
from tinhso.foundation.refs import SYSTEM, CalendarRef

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]

CHOSEN = """(codes) => {
  const form = document.createElement("form");
  form.method = "post"; form.action = "/can-bo/ho-so/phan-cong-lai/";
  const put = (name, value) => {
    const box = Object.assign(document.createElement("input"), { name, value, type: "hidden" });
    form.append(box);
  };
  put("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  codes.forEach((code) => put("d", code));
  document.body.append(form); form.submit(); }"""
"""What ticking rows and pressing “Phân công lại” posts."""


@pytest.fixture
def place() -> Iterator[Office]:
    worktime.keep_calendar(CalendarRef("an-giang"), name="Lịch tỉnh An Giang", by=SYSTEM, at=moments.now())
    yield office()
    worktime.forget()


def test_closed_days_and_calendars_are_clean_and_fit(page: Page, live_site: str, place: Office) -> None:
    at = moments.now()
    accepted(place)
    day = next_working_day(at)
    own = people.officer("administrator", people.unit(place.agency, directory.UnitKind.OFFICE))
    closures.close(agency_id=place.agency, first=day, last=day, reason="Ngập sâu", by=own, at=at)
    page.goto(live_site)
    sign_in(page, live_site, own)
    page.goto(f"{live_site}/can-bo/dong-cua/")
    look(page, "dong-cua")
    page.get_by_role("button").last.click()
    look(page, "dong-cua-loi")

    recounts.run(Recount.objects.get().id, at=at + recounts.SETTLES)
    sign_in(page, live_site, people.officer("administrator", name="Ông Thế Bảo"))
    addresses = ["lich/", "lich/an-giang/", "lich/an-giang/ngay/", "lich/an-giang/gio/"]
    addresses += [f"lich/dieu-chinh/{one}/" for one in Recount.objects.values_list("id", flat=True)[:1]]
    for address in addresses:
        page.goto(f"{live_site}/can-bo/{address}")
        look(page, "lich-" + address.split("/")[-2][:8])
    page.goto(f"{live_site}/can-bo/lich/an-giang/ngay/")
    page.get_by_role("button").last.click()
    look(page, "lich-loi")


def test_pages_between_agencies_are_clean_and_fit(page: Page, live_site: str, place: Office) -> None:
    at = moments.now()
    agencies = three()
    dossier = sent(agencies, at=at - timedelta(hours=2))
    intake.accept(dossier_id=dossier.id, by=agencies.xa.intake, at=at - timedelta(hours=1))
    routing.hand_on(dossier_id=dossier.id, by=agencies.xa.specialist, at=at)
    asked = accepted(place)
    opinions.ask(
        dossier_id=asked.id,
        question="Thửa đất có thuộc quy hoạch giao thông không?",
        agencies=[agencies.so.agency],
        by=place.specialist,
        at=at,
    )
    opinion = Opinion.objects.get()
    page.goto(live_site)
    ways = (
        (agencies.xa.specialist, ("lien-thong/",)),
        (agencies.so.specialist, ("lien-thong/", f"ho-so/{dossier.code}/", f"y-kien/{opinion.id}/")),
        (agencies.so.specialist, (f"ho-so/{dossier.code}/nhan-ban-giao/",)),
        (place.specialist, (f"ho-so/{asked.code}/xin-y-kien/", f"ho-so/{asked.code}/", "lien-thong/")),
    )
    for number, (officer, addresses) in enumerate(ways):
        sign_in(page, live_site, officer)
        for address in addresses:
            page.goto(f"{live_site}/can-bo/{address}")
            look(page, f"giua-{number}-{address.split('/')[0]}-{address.split('/')[-2][:6]}")


def test_pages_of_people_who_change_are_clean_and_fit(page: Page, live_site: str, place: Office) -> None:
    codes = [accepted(place).code for _n in range(2)]
    people.officer("specialist", place.specialist_unit, name="Võ Văn Cảnh")
    page.goto(live_site)
    sign_in(page, live_site, place.leader)
    for address in ("vang-mat/", "uy-quyen/"):
        page.goto(f"{live_site}/can-bo/{address}")
        look(page, address.strip("/"))
        page.get_by_role("button").last.click()
        look(page, address.strip("/") + "-loi")
    page.goto(f"{live_site}/can-bo/ho-so/?xem=don-vi")
    page.evaluate(CHOSEN, codes)
    page.wait_for_url("**/phan-cong-lai/")
    look(page, "phan-cong-lai")
    page.get_by_role("button", name="Phân công").last.click()
    look(page, "phan-cong-lai-loi")
