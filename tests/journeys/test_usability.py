"""What a task costs in touches and keys, and three people who do them; docs/usability.md tells the counts."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.dossiers.public.conftest import picture as photo
from tests.journeys.hands import WRITES, Hands, counted, picture
from tests.journeys.screens import CUT, OVER, SMALL, wide
from tests.journeys.test_citizen_files import as_person
from tests.journeys.test_officer_day import sign_in, status
from tests.support.browser import OpenPage, axe
from tests.support.office import Office, filed, office
from tests.vault.test_holding import kept
from tinhso.directory import api as directory
from tinhso.dossiers.contracts import PaperFault
from tinhso.dossiers.demo_between import BIRTH
from tinhso.dossiers.models import Dossier, Draft, SubmittedPaper
from tinhso.dossiers.operations import drafts, intake, supplements
from tinhso.foundation import moments
from tinhso.foundation.refs import ActorKind, ActorRef, OwnerRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
HUMAN_SECONDS_A_LETTER = 0.2
HOUR_OF = 60
ZOOMED = {"width": 640, "height": 400}
"""What a screen of 1,280 × 800 shows at 200 %."""


def jpeg(name: str) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": photo("blue").read()}


def mother_who_filed_before() -> tuple[ActorRef, OwnerRef]:
    """A citizen of the demo who sent the birth registration of her first child, with the vault's papers."""
    at = moments.now()
    id = identity.find_person("089198007231")
    assert id is not None
    mother, owner = ActorRef(ActorKind.PERSON, id, "Trần Thị Ngọc Hân"), OwnerRef("person", id)
    version = procedures.published(code="1.001193", at=at)
    answers = {key: value for key, value in BIRTH.items() if key not in ("thuong_tru", "bhyt")}
    answers["con"] = {**BIRTH["con"], "ngay_sinh": "2024-02-05"}
    paper = kept(owner, kind="giay-chung-sinh", title="Giấy chứng sinh của con đầu")
    draft = drafts.start(
        owner=owner,
        version_id=version.id,
        agency_id=directory.agency("ubnd-30742", moments.today(at)).id,
        by=mother,
        at=at,
    )
    Draft.objects.filter(id=draft).update(answers=answers)
    drafts.reuse(draft_id=draft, paper="giay-chung-sinh", document_id=paper, by=mother, at=at)
    drafts.send(draft_id=draft, by=mother, at=at)
    kept(owner, kind="giay-chung-sinh", title="Giấy chứng sinh của con thứ hai")
    return mother, owner


def large(page: Page, name: str) -> None:
    """Nothing sticks out, is cut or lies on something else; every control is large enough for a finger."""
    page.wait_for_load_state("networkidle")
    assert wide(page) == "", name
    assert page.evaluate(CUT) == [], name
    assert page.evaluate(OVER) == [], name
    assert page.evaluate(SMALL, 44) == [], name


def test_a_birth_is_registered_with_the_vault_at_twice_the_size(
    live_site: str, province: None, open_page: OpenPage
) -> None:
    """The first person: 200 % zoom, large targets."""
    mother, owner = mother_who_filed_before()
    page = open_page("desktop", has_touch=True, device_scale_factor=2)
    page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]  # a plain dict of width and height
    page.set_default_timeout(30_000)
    as_person(page, live_site, mother)
    page.goto(f"{live_site}/thu-tuc/1.001193/")
    hands, go_on = Hands(page), page.get_by_role("button", name="Tiếp tục", exact=True)

    def seen(name: str, heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        large(page, name)
        if name in ("cho-ai", "ten-con", "giay-to"):
            picture(page, name)

    seen("thu-tuc", "Đăng ký khai sinh")
    hands.tap(page.get_by_role("button", name="Bắt đầu nộp").first)
    seen("cho-ai", "Ông/bà làm hồ sơ cho ai?")
    hands.tap(page.get_by_role("button", name="Cho tôi, điền theo hồ sơ trước"))
    seen("ten-con", "Con tên là gì?")
    hands.tap(page.get_by_label("Họ, chữ đệm, tên"))
    hands.type("Trần Gia Hân")
    hands.tap(page.get_by_label("Nữ", exact=True))
    hands.tap(go_on.last)
    seen("ngay-sinh", "Con sinh ngày nào?")
    hands.tap(page.get_by_label("Ngày", exact=True))
    born = moments.today(moments.now()) - timedelta(days=16)
    hands.type(f"{born:%d}")
    hands.next_box()
    hands.type(f"{born:%m}")
    hands.next_box()
    hands.type(f"{born:%Y}")
    hands.tap(go_on.last)
    seen("cam-doan", "Cam đoan")
    hands.tap(page.get_by_role("checkbox"))
    hands.tap(go_on.last)
    seen("giay-to", "Gửi ảnh hoặc tệp giấy tờ")
    hands.tap(page.get_by_role("button", name="Dùng “Giấy chứng sinh của con thứ hai” trong kho"))
    hands.tap(go_on.last)
    seen("xem-lai", "Xem lại rồi gửi hồ sơ")
    hands.tap(page.get_by_role("button", name="Gửi hồ sơ"))
    seen("da-gui", "Đã gửi hồ sơ")

    sent = Dossier.objects.filter(owner_id=owner.id).latest("submitted_at")
    assert sent.content.answers["con"]["ho_ten"] == "Trần Gia Hân"
    assert sent.content.answers["me"]["ho_ten"] == "Trần Thị Ngọc Hân"
    assert SubmittedPaper.objects.get(dossier=sent, code="giay-chung-sinh").document is not None
    assert hands.touches <= 12
    counted("birth", touches=hands.touches, typed=hands.typed)


def asked(place: Office) -> str:
    """A dossier of the citizen's, of which one paper was asked for."""
    at = moments.now() - timedelta(days=1)
    sent = filed(place, at=at)
    intake.accept(dossier_id=sent.id, by=place.intake, at=at)
    fault = PaperFault(code="don", reason="Ảnh mờ, không thấy dấu đỏ")
    supplements.ask(dossier_id=sent.id, faults=[fault], by=place.specialist, at=at)
    return sent.code


def test_a_supplement_is_answered_from_the_message(live_site: str, open_page: OpenPage) -> None:
    place = office()
    code = asked(place)
    page = open_page("phone", has_touch=True)
    as_person(page, live_site, place.citizen)
    page.goto(f"{live_site}/ho-so/{code}/")
    hands = Hands(page)
    hands.tap(page.get_by_role("button", name="Bổ sung giấy tờ"))
    expect(page.locator("#giay-don")).to_contain_text("Ảnh mờ")
    picture(page, "bo-sung")
    hands.choose(page.locator("#giay-don .ui-file__button").first, jpeg("đơn.jpg"))
    expect(page.get_by_role("link", name="đơn.jpg")).to_be_visible()
    hands.tap(page.get_by_role("button", name="Gửi giấy tờ bổ sung"))
    expect(page.get_by_text("Đã gửi giấy tờ bổ sung")).to_be_visible()
    assert status(code) == "processing"
    assert hands.touches <= 6
    counted("supplement", touches=hands.touches, typed=hands.typed)


class Tree:
    """Somebody who has the accessibility tree alone: roles and names, a keyboard, no pointer, no sight."""

    def __init__(self, page: Page) -> None:
        self.hands = Hands(page)
        self.page = page

    def reach(self, role: Any, name: str, *, within: Any = "main") -> Locator:
        """What has that role and exactly that name: the only one in the landmark, and it takes the focus."""
        found = self.page.get_by_role(within).get_by_role(role, name=name, exact=True)
        expect(found).to_have_count(1)
        found.focus()
        expect(found).to_be_focused()
        return found

    def hears(self, *words: str) -> None:
        """The tree of what is said has these words."""
        tree = self.page.get_by_role("main").aria_snapshot()
        assert all(word in tree for word in words), tree

    def headed(self, name: str) -> None:
        """One heading of the first level, by which the page is known."""
        expect(self.page.get_by_role("heading", level=1, name=name)).to_have_count(1)


def test_a_supplement_is_answered_through_the_accessibility_tree_alone(
    live_site: str, open_page: OpenPage
) -> None:
    """The second person: a screen reader and a keyboard."""
    place = office()
    code = asked(place)
    page = open_page("desktop")
    as_person(page, live_site, place.citizen)
    tree = Tree(page)
    page.goto(live_site)
    expect(page.get_by_role("banner")).to_have_count(1)
    tree.reach("link", "Hồ sơ của tôi", within="banner")
    tree.hands.press("Enter")
    tree.headed("Hồ sơ của tôi")
    tree.hears(code)
    tree.reach("link", "Thử nghiệm")
    tree.hands.press("Enter")
    tree.hears("Ảnh mờ, không thấy dấu đỏ")
    tree.reach("button", "Bổ sung giấy tờ")
    tree.hands.press("Enter")
    tree.hears("Đơn đề nghị", "Ảnh mờ, không thấy dấu đỏ")
    box = page.locator("#tep-don")
    label = str(box.evaluate("(e) => e.getAttribute('aria-label') || e.labels[0].innerText"))
    assert "Đơn đề nghị" in label, "the field says which paper it is for"
    box.set_input_files(jpeg("đơn.jpg"))
    expect(page.get_by_role("link", name="đơn.jpg")).to_have_count(1)
    tree.reach("button", "Gửi giấy tờ bổ sung")
    tree.hands.press("Enter")
    expect(page.get_by_role("main").get_by_text("Đã gửi giấy tờ bổ sung")).to_have_count(1)
    tree.hears("Đã gửi giấy tờ bổ sung")
    assert axe(page) == []
    assert status(code) == "processing"
    counted("reader", keys=tree.hands.keys)


def test_an_officer_does_sixty_dossiers_in_an_hour_by_keyboard_alone(
    live_site: str, open_page: OpenPage
) -> None:
    """The third person. Six are done, one of them with a request typed at five letters a second."""
    place = office()
    codes = [filed(place).code for _each in range(7)]
    page = open_page("desktop")
    sign_in(page, live_site, place.intake)
    page.goto(f"{live_site}/can-bo/ho-so/?xem=cua-toi")
    hands = Hands(page)
    hands.press("ArrowDown")
    hands.press("Enter")
    at = page.locator(".ui-identity__code")
    expect(at).to_have_text(codes[0])
    picture(page, "ho-so-can-bo")
    began, accepting = time.monotonic(), 0
    for number, code in enumerate(codes[:6]):
        expect(at).to_have_text(code)
        before = hands.keys
        if number == 3:
            asks(page, hands)
        else:
            hands.press("t")
            expect(page.locator("#viec button[type=submit]")).to_be_focused()
            hands.press("Control+Enter")
            accepting = max(accepting, hands.keys - before)
        expect(page.locator(".dk-done")).to_contain_text(code)
    expect(at).to_have_text(codes[6])
    seconds = (time.monotonic() - began) / 6
    assert [status(code) for code in codes[:6]] == [*["accepted"] * 3, "pre_supplement", *["accepted"] * 2]
    assert accepting <= 3
    assert seconds <= 3600 / HOUR_OF, "no time is left to read"
    counted("accept", keys=accepting)
    counted("officer", keys=hands.keys, typed=hands.typed)
    if WRITES:
        counted("officer", seconds=round(seconds, 1))


def asks(page: Page, hands: Hands) -> None:
    """A supplement by keys: which paper, why, then sent."""
    hands.press("b")
    expect(page.locator("#viec form")).to_be_visible()
    hands.tab_to("#viec [name^='xet-'], #viec [name^='xet']")
    while not page.evaluate("document.activeElement.value === 'faulty' && document.activeElement.checked"):
        hands.press("ArrowDown")
    hands.tab_to("#viec input[name='ly-do-don']")
    hands.type("Ảnh mờ, không thấy dấu đỏ", delay=1000 * HUMAN_SECONDS_A_LETTER)
    hands.press("Control+Enter")


@pytest.mark.parametrize("by", ["code", "name", "phone"])
def test_any_dossier_is_found(live_site: str, open_page: OpenPage, by: str) -> None:
    place = office()
    code = filed(place).code
    for _other in range(3):
        filed(place)
    page = open_page("desktop")
    sign_in(page, live_site, place.intake)
    page.goto(f"{live_site}/can-bo/")
    hands = Hands(page)
    hands.press("/")
    hands.type({"code": code, "name": "danh soc kha", "phone": "0912 345 678"}[by])
    hands.press("Enter")
    expect(page.locator("tr[data-row]").filter(has_text=code)).to_be_visible()
    picture(page, "tim")
    assert hands.keys <= 2
    counted("find", keys=hands.keys)
