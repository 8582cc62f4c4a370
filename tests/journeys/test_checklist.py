"""The checklist of a screen, walked over the real pages with the names that break layouts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

import pikepdf
import pypdfium2
import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.journeys import screens
from tests.support import people
from tests.support.browser import OpenPage, axe
from tests.support.office import Office, office, submission
from tests.ui.test_words import JARGON
from tests.vault.test_holding import kept
from tinhso.directory.models import Agency
from tinhso.dossiers.contracts import Filed, PaperFault
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import intake, supplements
from tinhso.dossiers.operations.submission import submit
from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.foundation.remembered import Remembered
from tinhso.procedures import api as procedures
from tinhso.procedures.models import ProcedureVersion
from tinhso.ui.pages.specimens import MARKS, PERSON, PLACE, PROCEDURE
from tinhso.vault.operations import shares
from tinhso.vault.queries.shares import token_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
NFD = unicodedata.normalize("NFD", "Nguyễn Thị Hồng Ngãi ẪM Ỗ Ể")
A4_POINTS = (595, 842)  # 210 × 297 mm


@dataclass(frozen=True)
class Place:
    """An office with hard names, a dossier just sent and one that waits for its citizen."""

    office: Office
    sent: Filed
    waiting: Filed
    code: str
    document: UUID
    token: str

    @property
    def open_to_all(self) -> tuple[str, ...]:
        return (
            "/",
            "/thu-tuc/",
            "/thu-tuc/?q=khai+sinh",
            f"/thu-tuc/{self.code}/",
            "/tra-cuu/",
            "/kiem-tra/",
            "/kiem-tra/AAAABBBBCCCC/",
            "/chia-se/khong-co/",
            "/dang-nhap/",
            "/ngoai-mang/",
            "/khong-co/",
        )

    @property
    def own(self) -> tuple[str, ...]:
        """Pages of the citizen."""
        return (
            "/ho-so/",
            f"/ho-so/{self.sent.code}/",
            f"/ho-so/{self.waiting.code}/",
            f"/ho-so/{self.waiting.code}/bo-sung/",
            f"/ho-so/{self.sent.code}/rut/",
            "/cua-toi/tin-nhan/",
            "/cua-toi/giay-to/",
            "/cua-toi/giay-to/them/",
            "/cua-toi/giay-to/ai-da-dung/",
            "/cua-toi/giay-to/lien-ket/",
            f"/cua-toi/giay-to/{self.document}/",
            f"/cua-toi/giay-to/{self.document}/chia-se/",
            f"/chia-se/{self.token}/",
            "/tai-khoan/",
            "/tai-khoan/ai-da-xem/",
            f"/nop/{self.code}/cho-ai/",
            f"/nop/{self.code}/cung-dung-ten/",
            "/tai-khoan/nguoi-cua-toi/",
            "/tai-khoan/nguoi-cua-toi/them/con/",
            "/tai-khoan/nguoi-cua-toi/uy-quyen/",
            f"/nop/{self.code}/noi-nop/",
        )

    @property
    def desk(self) -> tuple[str, ...]:
        """Pages of the intake officer."""
        return (
            "/can-bo/",
            "/can-bo/ho-so/?xem=don-vi",
            f"/can-bo/ho-so/{self.sent.code}/",
            f"/can-bo/ho-so/{self.waiting.code}/",
            f"/can-bo/ho-so/{self.sent.code}/tiep-nhan/",
            f"/can-bo/ho-so/{self.sent.code}/bo-sung/",
            "/can-bo/tiep-nhan/?q=thu",
            "/can-bo/chung-thuc/",
            "/can-bo/so-chung-thuc/",
            "/can-bo/tuy-chon/",
            "/can-bo/phim-tat/",
        )


@pytest.fixture
def place() -> Place:
    """Sixty letters of procedure, forty of person, two hundred of place."""
    made = office()
    ProcedureVersion.objects.filter(id=made.version).update(name=f"{PROCEDURE} {MARKS}", short_name=PROCEDURE)
    Agency.objects.filter(id=made.agency).update(name=PLACE)
    Remembered.forget_everything()
    at = moments.now()
    sent = submit(submission(made, name=PERSON), by=made.citizen, at=at)
    waiting = submit(submission(made, name=NFD), by=made.citizen, at=at)
    intake.accept(dossier_id=waiting.id, by=made.intake, at=at)
    fault = PaperFault(code="don", reason=f"Ảnh mờ, không thấy dấu đỏ của {PLACE}")
    supplements.ask(dossier_id=waiting.id, faults=[fault], by=made.specialist, at=at)
    assert made.citizen.id
    owner = OwnerRef("person", made.citizen.id)
    document = kept(owner, title=f"{PROCEDURE} {MARKS}", issuer=PLACE, number="01/2026")
    share = shares.share(
        document_id=document, owner=owner, purpose=PLACE[:200], days=7, most=5, by=made.citizen, at=at
    )
    code = procedures.version(made.version).code
    return Place(made, sent, waiting, code, document, token_of(share))


def come(page: Page, site: str, who: ActorRef) -> None:
    """Signed in without the walk through the sign-in pages."""
    agent = page.evaluate("navigator.userAgent")
    cookie = people.client(who, agent=agent).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])


def told(faults: dict[str, object]) -> str:
    """Each fault on a line of its own."""
    return "\n".join(
        f"{name}: {one}"
        for name, what in faults.items()
        for one in (what if isinstance(what, list) else [what])
    )


@pytest.mark.parametrize("language", ["vi", "km"])
def test_every_page_of_a_citizen_holds_the_checklist(
    live_site: str, place: Place, open_page: OpenPage, language: str
) -> None:
    page = open_page("phone")
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_site}])
    faults: dict[str, object] = {}
    for address in (*place.open_to_all, *place.own):
        if address == place.own[0]:
            come(page, live_site, place.office.citizen)
        page.set_viewport_size({"width": 360, "height": 740})
        page.goto(live_site + address)
        found = {
            "small": page.evaluate(screens.SMALL, 48),
            "close": page.evaluate(screens.CLOSE, 8),
            "faint": page.evaluate(screens.FAINT, [7, 6.5]),
            **laid_out(page, address),
        }
        page.set_viewport_size({"width": 320, "height": 640})
        found |= {"320 wide": screens.wide(page), "320 over": page.evaluate(screens.OVER)}
        faults |= {f"{address} {name}": what for name, what in found.items() if what}
    assert not faults, told(faults)


SPOKEN = "(e) => e.closest('[lang]').lang"


def test_vietnamese_on_a_page_in_khmer_says_that_it_is(
    live_site: str, place: Place, open_page: OpenPage
) -> None:
    page = open_page("phone")
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "km", "url": live_site}])
    come(page, live_site, place.office.citizen)
    for address in (f"/thu-tuc/{place.code}/", f"/ho-so/{place.waiting.code}/"):
        page.goto(live_site + address)
        assert page.locator("h1").evaluate(SPOKEN) == "vi"
        assert page.locator("h2").first.evaluate(SPOKEN) == "km"
    page.goto(f"{live_site}/ho-so/")
    assert page.locator(".ui-cards__item a").first.evaluate(SPOKEN) == "vi"


def laid_out(page: Page, address: str) -> dict[str, object]:
    """Nothing cut, nothing on another, one h1 with which the title starts, no words that blame."""
    words = page.locator("body").inner_text()
    title = page.title()
    return {
        "cut": page.evaluate(screens.CUT),
        "over": page.evaluate(screens.OVER),
        "wide": screens.wide(page),
        "title": "" if title.startswith(screens.heading(page)) or address == "/" else title,
        "jargon": [word for word in JARGON if word != "bạn" and f" {word} " in f" {words.lower()} "],
        "axe": axe(page),
    }


def test_every_page_of_the_desk_holds_the_checklist(
    live_site: str, place: Place, open_page: OpenPage
) -> None:
    page = open_page("desktop")
    come(page, live_site, place.office.intake)
    faults: dict[str, object] = {}
    for address in place.desk:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(live_site + address)
        found = {
            "small": page.evaluate(screens.SMALL, 24),
            "faint": page.evaluate(screens.FAINT, [6.5, 6.5]),
            **laid_out(page, address),
        }
        page.set_viewport_size({"width": 320, "height": 640})
        found |= {"320 wide": screens.wide(page), "320 over": page.evaluate(screens.OVER)}
        faults |= {f"{address} {name}": what for name, what in found.items() if what}
    assert not faults, told(faults)


def test_wider_spacing_and_the_largest_letters_of_a_phone_break_no_page(
    live_site: str, place: Place, open_page: OpenPage
) -> None:
    page = open_page("phone", bypass_csp=True)
    come(page, live_site, place.office.citizen)
    faults: dict[str, object] = {}
    for address in (*place.open_to_all, *place.own):
        page.goto(live_site + address)
        page.add_style_tag(content=screens.SPACED)
        found = {"spaced wide": screens.wide(page), "spaced over": page.evaluate(screens.OVER)}
        found["spaced cut"] = page.evaluate(screens.CUT)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        found |= {"large wide": screens.wide(page), "large cut": page.evaluate(screens.CUT)}
        faults |= {f"{address} {name}": what for name, what in found.items() if what}
    assert not faults, told(faults)


@pytest.mark.parametrize("who", ["citizen", "intake"])
def test_a_faulty_form_says_so_first_and_takes_the_focus(
    live_site: str, place: Place, open_page: OpenPage, who: str
) -> None:
    page = open_page("phone")
    come(page, live_site, getattr(place.office, who))
    forms = {
        "citizen": (
            ("/tra-cuu/", "Tra cứu"),
            (f"/ho-so/{place.waiting.code}/bo-sung/", "Gửi giấy tờ bổ sung"),
        ),
        "intake": ((f"/can-bo/ho-so/{place.sent.code}/tu-choi/", "Từ chối"),),
    }
    for address, button in forms[who]:
        page.goto(live_site + address)
        page.get_by_role("main").get_by_role("button", name=button).last.click()
        expect(page).to_have_title(re.compile("^Lỗi: "))
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        assert axe(page) == []


def test_the_focus_is_never_lost_on_the_desk(live_site: str, place: Place, open_page: OpenPage) -> None:
    page = open_page("desktop")
    come(page, live_site, place.office.intake)
    page.goto(f"{live_site}/can-bo/ho-so/{place.sent.code}/")
    for key in ("t", "g", "b"):
        page.keyboard.press(key)
        expect(page.locator("#viec form")).to_be_visible()
        expect(page.locator("#viec :focus")).to_have_count(1)
        page.evaluate("document.activeElement.blur()")
    page.goto(f"{live_site}/can-bo/ho-so/{place.sent.code}/")
    page.get_by_role("button", name="Chưa đạt Đơn đề nghị").click()
    expect(page.locator("#giay-to .govuk-error-message")).to_be_visible()
    assert page.evaluate("document.activeElement !== document.body")


def printed(page: Page) -> tuple[int, str, tuple[int, int]]:
    """The page on paper: sheets, their words, the size of a sheet in points."""
    data = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "15mm"))
    with pikepdf.open(BytesIO(data)) as document:
        box = [int(float(side)) for side in document.pages[0].mediabox]
    sheets = pypdfium2.PdfDocument(data)
    words = " ".join(sheet.get_textpage().get_text_range() for sheet in sheets)
    return len(sheets), " ".join(words.split()), (box[2], box[3])


def test_receipt_tracking_and_procedure_print_on_one_sheet_without_navigation(
    live_site: str, place: Place, open_page: OpenPage
) -> None:
    page = open_page("phone")
    come(page, live_site, place.office.citizen)
    for address, wanted in (
        (f"/ho-so/{place.sent.code}/", place.sent.code),
        (f"/ho-so/{place.waiting.code}/", place.waiting.code),
        (f"/thu-tuc/{place.code}/", place.code),
    ):
        page.goto(live_site + address)
        sheets, words, size = printed(page)
        assert sheets == 1, address
        assert size == A4_POINTS
        assert wanted in words
        assert "Tra cứu hồ sơ" not in words
        assert "English" not in words


def test_list_and_dossier_print_without_the_desk_around_them(
    live_site: str, place: Place, open_page: OpenPage
) -> None:
    page = open_page("desktop")
    come(page, live_site, place.office.intake)
    page.goto(f"{live_site}/can-bo/ho-so/?xem=don-vi")
    _sheets, words, size = printed(page)
    assert size == A4_POINTS
    assert Dossier.objects.get(id=place.sent.id).code in words
    assert "Phím tắt" not in words
    page.goto(f"{live_site}/can-bo/ho-so/{place.sent.code}/")
    sheets, words, _size = printed(page)
    assert sheets <= 2
    assert place.sent.code in words
    assert "Việc của tôi" not in words
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})
    assert screens.wide(page) == ""
