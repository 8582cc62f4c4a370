"""A clerk who makes a whole procedure by the studio's pages: one walk, at the pace of a test or of a person.

The procedure is of the demo province: whoever raises fish in cages on the river files it at the commune,
the department of agriculture confirms it. Fifteen questions with conditions, three papers, a fee with an
exemption.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

CODE = "AG.2026.07"
TITLE = "Xác nhận đăng ký nuôi cá lồng bè trên sông"
DEPARTMENT = "Sở Nông nghiệp và Môi trường tỉnh An Giang"
LAW, DECREE, RATES = "18/2017/QH14", "26/2019/NĐ-CP", "35/2026/NQ-HĐND"
FULL = "Toàn trình"


@dataclass(slots=True)
class Pace:
    """Seconds that a key takes, and that somebody thinks before the next control; none in a test."""

    key: float = 0.0
    thought: float = 0.0


@dataclass(slots=True)
class Hand:
    """Whoever sits at the page: every control is used as people use it, and counted."""

    page: Page
    pace: Pace = field(default_factory=Pace)
    controls: int = 0
    keys: int = 0
    parts: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """How long a part of the work takes, in seconds."""
        began = time.monotonic()
        yield
        self.parts[name] = self.parts.get(name, 0.0) + time.monotonic() - began

    def press(self, control: Locator) -> None:
        """A press of the pointer."""
        self._think()
        control.click()

    def write(self, control: Locator, words: str) -> None:
        """Words typed in place of what stands there."""
        self._think()
        if not self.pace.key:
            control.fill(words)
        else:
            control.click()
            self.page.keyboard.press("Control+a")
            self._type(words)
        self.keys += strokes(words)

    def type(self, words: str) -> None:
        """Words typed where the focus is."""
        if self.pace.key:
            self._type(words)
        else:
            self.page.keyboard.insert_text(words)
        self.keys += strokes(words)

    def choose(self, control: Locator, label: str) -> None:
        """One of a list."""
        self._think()
        control.focus()
        control.select_option(label=label)

    def key(self, chord: str) -> None:
        """One key, or several held together."""
        self.page.keyboard.press(chord)
        self.keys += 1

    def button(self, name: str, *, within: Locator | None = None) -> None:
        """The button of that name."""
        self.press((within or self.page.get_by_role("main")).get_by_role("button", name=name, exact=True))

    def saved(self) -> None:
        """Wait until the page says that everything is kept."""
        expect(self.page.locator("[data-draft]")).to_have_attribute("data-state", "saved")

    def opens(self, part: str) -> None:
        """Another part of the draft, by the line of parts."""
        self.saved()
        parts = self.page.get_by_role("navigation", name="Các phần của thủ tục")
        self.press(parts.get_by_role("link", name=part, exact=True))
        expect(self.page.get_by_role("heading", level=1)).to_have_text(part)
        self.page.wait_for_load_state()

    def _type(self, words: str) -> None:
        self.page.keyboard.type(words, delay=self.pace.key * 1000 * strokes(words) / max(len(words), 1))

    def _think(self) -> None:
        self.controls += 1
        if self.pace.thought:
            time.sleep(self.pace.thought)


def strokes(words: str) -> int:
    """Keys of Telex: a mark over, under or through a letter takes one more."""
    return len(unicodedata.normalize("NFD", words.replace("đ", "dd").replace("Đ", "Dd")))


def begins(hand: Hand, site: str) -> None:
    """A new procedure in the studio."""
    page = hand.page
    page.goto(f"{site}/can-bo/xuong/")
    hand.write(page.get_by_label("Mã thủ tục"), CODE)
    hand.write(page.get_by_label("Tên thủ tục", exact=True), TITLE)
    hand.button("Bắt đầu soạn")
    hand.press(page.get_by_role("link", name="Mô tả công bố", exact=True))


def describes(hand: Hand) -> None:
    """The published description, from the text of the decision."""
    page = hand.page
    page.wait_for_load_state()
    rows = {
        "steps": (
            "Người nuôi nộp hồ sơ ở xã hoặc trên mạng.",
            "Xã xem bè tại chỗ rồi chuyển Sở.",
            "Sở thẩm định, cấp giấy xác nhận.",
        ),
        "results": ("Giấy xác nhận đăng ký nuôi cá lồng bè",),
    }
    if not page.get_by_label("Tên đầy đủ").input_value():
        hand.write(page.get_by_label("Tên đầy đủ"), TITLE)
    hand.write(page.get_by_label("Tên ngắn"), "Đăng ký nuôi cá bè")
    hand.write(page.get_by_label("Lĩnh vực"), "Thủy sản")
    hand.write(page.get_by_label("Số quyết định công bố"), "1207/QĐ-UBND")
    for step in rows["steps"]:
        hand.button("Thêm bước")
        hand.type(step)
    hand.press(page.get_by_label("Trực tiếp"))
    hand.press(page.get_by_label("Trực tuyến", exact=True))
    hand.choose(page.get_by_label("Mức trực tuyến"), FULL)
    term = page.get_by_role("group", name="Từ khi nhận đủ hồ sơ")
    hand.write(term.get_by_label("Số", exact=True), "8")
    hand.choose(term.get_by_label("Đơn vị"), "ngày làm việc")
    hand.press(page.get_by_label("Công dân Việt Nam", exact=True))
    hand.press(page.get_by_label("Cấp xã", exact=True))
    hand.press(page.get_by_label("Cấp tỉnh", exact=True))
    hand.choose(page.get_by_label("Cấp tiếp nhận hồ sơ"), "Cấp xã")
    hand.write(page.get_by_role("textbox", name="Cơ quan thực hiện"), DEPARTMENT)
    for result in rows["results"]:
        hand.button("Thêm kết quả")
        hand.type(result)
    for number, about in ((LAW, "Luật Thủy sản"), (DECREE, "Hướng dẫn Luật Thủy sản")):
        hand.button("Thêm căn cứ")
        hand.type(number)
        hand.key("Tab")
        hand.type(about)
    hand.write(page.get_by_label("Tóm tắt bằng lời thường"), "Để người nuôi cá bè được Sở xác nhận.")
    hand.write(page.get_by_label("Từ thường nói, mỗi dòng một cụm"), "nuôi cá bè\nđăng ký lồng bè")


class Form:
    """The form editor under a clerk's hand."""

    def __init__(self, hand: Hand) -> None:
        self.hand, self.page = hand, hand.page
        self.right = hand.page.locator("[data-properties]")

    def page_of(self, question: str, *, first: bool = False) -> None:
        """A page, headed by its question; the focus waits in its box."""
        self.hand.button("Bắt đầu soạn tờ khai" if first else "Thêm trang")
        self.hand.write(self.right.get_by_label("Câu hỏi của trang"), question)

    def asks(self, kind: str, label: str, *, optional: bool = False) -> None:
        """A question of a kind, named; the focus waits in its first box."""
        name = self.page.locator(".fm-kind").filter(has=self.page.get_by_text(kind, exact=True))
        self.hand.press(name)
        box = self.right.get_by_label("Nhãn", exact=True)
        expect(box).to_be_focused()
        if label:
            self.hand.type(label)
            expect(box).to_have_value(label)
        if optional:
            self.hand.press(self.right.get_by_label("Bắt buộc trả lời"))

    def choices(self, *labels: str) -> None:
        """What there is to choose; Enter gives another line."""
        self.hand.write(self.right.get_by_label("Ý 1", exact=True), labels[0])
        self.hand.write(self.right.get_by_label("Ý 2", exact=True), labels[1])
        for number, label in enumerate(labels[2:], 3):
            self.hand.key("Enter")
            expect(self.right.get_by_label(f"Ý {number}", exact=True)).to_be_focused()
            self.hand.type(label)

    def number(self, unit: str, *, decimals: int = 0) -> None:
        """What a number is counted in."""
        self.hand.write(self.right.get_by_label("Đơn vị"), unit)
        if decimals:
            self.hand.write(self.right.get_by_label("Chữ số sau dấu phẩy"), str(decimals))

    def when(self, answer: str, value: str = "", *, note: str = "", sign: str = "") -> None:
        """Only asked when an earlier answer is so."""
        self.hand.button("Thêm điều kiện", within=self.right)
        self.hand.choose(self.right.get_by_label("Câu trả lời ở dòng 1"), answer)
        if sign:
            self.hand.choose(self.right.get_by_label("So sánh"), sign)
            self.hand.write(self.right.get_by_role("spinbutton", name="So với"), value)
            self.hand.key("Tab")
        elif value:
            self.hand.choose(self.right.get_by_label("So với"), value)
        if note:
            self.hand.write(self.right.get_by_label("Ghi chú khi nào cần điền"), note)


def asks(hand: Hand) -> None:
    """The form: fifteen questions on five pages, four of them and a page by condition, one reckoned."""
    form = Form(hand)
    right = form.right
    form.page_of("Ai đăng ký nuôi?", first=True)
    form.asks("Người", "Người đăng ký")
    hand.press(right.get_by_text("Điền sẵn", exact=True))
    hand.choose(right.get_by_label("Lấy từ"), "Tài khoản người nộp: mọi phần")
    hand.press(right.get_by_text("Thêm nữa", exact=True))
    hand.write(right.get_by_label("Hỏi để làm gì"), "Để Sở ghi đúng tên vào giấy xác nhận.")
    form.asks("Có hoặc không", "Hộ nghèo hoặc cận nghèo?")
    form.page_of("Bè ở đâu, từ khi nào?")
    form.asks("Chữ ngắn", "Khúc sông, ấp")
    form.asks("Ngày", "Ngày bắt đầu nuôi")
    form.asks("Có hoặc không", "Có thuê mặt nước không?")
    form.asks("Ngày", "Hợp đồng thuê đến ngày")
    form.when("Có thuê mặt nước không?", note="Chỉ điền nếu có thuê mặt nước.")
    form.page_of("Nuôi cá gì, bao nhiêu?")
    form.asks("Chọn một", "Loài nuôi")
    form.choices("Cá điêu hồng", "Cá tra", "Loài khác")
    form.asks("Chữ ngắn", "Tên loài khác")
    form.when("Loài nuôi", "Loài khác", note="Chỉ điền nếu nuôi loài khác.")
    form.asks("Số", "Số lồng")
    form.number("lồng")
    form.asks("Số", "Thể tích mỗi lồng")
    form.number("m³", decimals=1)
    form.asks("Mục tự tính", "Tổng thể tích")
    form.number("m³")
    for term, label in ((1, "Số lồng"), (2, "Thể tích mỗi lồng")):
        hand.button("Thêm số hạng", within=right)
        hand.choose(right.get_by_label(f"Số hạng {term}", exact=True), label)
    hand.choose(right.get_by_label("Phép tính"), "nhân")
    expect(right.locator(".fm-sentence").first).to_contain_text("nhân")
    form.page_of("Cá giống lấy ở đâu?")
    form.asks("Chọn một", "Nguồn cá giống")
    form.choices("Tự ương", "Mua của cơ sở giống")
    form.asks("Chữ ngắn", "Tên cơ sở giống")
    form.when("Nguồn cá giống", "Mua của cơ sở giống", note="Chỉ điền nếu mua cá giống.")
    form.page_of("Bè lớn giữ sạch nước thế nào?")
    form.when("Tổng thể tích", "500", sign="trên")
    form.asks("Chữ dài", "Cách thu gom chất thải")
    form.page_of("Cam đoan")
    form.asks("Lời cam đoan", "")


def lists_papers(hand: Hand) -> None:
    """Three papers, two of them only in a case."""
    page = hand.page
    papers = (
        ("Sơ đồ vị trí đặt bè", "", ""),
        ("Hợp đồng thuê mặt nước", "Có thuê mặt nước không?", ""),
        ("Giấy chứng nhận cơ sở giống", "Nguồn cá giống", "Mua của cơ sở giống"),
    )
    for number, (name, asked, value) in enumerate(papers):
        hand.write(page.get_by_label("Thêm giấy tờ"), name)
        hand.key("Enter")
        box = page.locator("[data-papers] [data-code]").nth(number)
        expect(box.locator("[data-name]")).to_have_text(name)
        if asked:
            hand.button("Thêm điều kiện", within=box)
            hand.choose(box.get_by_label("Câu trả lời"), asked)
            if value or box.get_by_label("Giá trị,").count():
                hand.choose(box.get_by_label("So với").or_(box.get_by_label("Giá trị,")), value or "có")
            expect(box.locator(".fm-sentence, [data-when]")).not_to_be_empty()
            hand.button("Dùng câu của điều kiện", within=box)
        hand.write(box.get_by_label("Căn cứ: luật nào yêu cầu giấy này"), DECREE)
        hand.press(box.locator("summary").first)


def sets_fees(hand: Hand) -> None:
    """A fee by size, and nothing to pay for poor households."""
    page = hand.page

    def cell(column: str, row: int) -> Locator:
        return page.get_by_label(f"{column}, dòng {row}", exact=True)

    said = page.locator("[data-part=names]").count()
    yes, no, upto, over = (
        ("có", "không", "đến 500", "trên 500") if said else ("true", "false", "<= 500", "> 500")
    )
    hand.button("Chuyển thành bảng theo trường hợp")
    hand.choose(page.get_by_label("Thêm điều kiện"), "Hộ nghèo hoặc cận nghèo?")
    hand.choose(page.get_by_label("Thêm điều kiện"), "Tổng thể tích")
    for number, (poor, size, amount) in enumerate(
        ((yes, "", "50000"), (no, upto, "50000"), (no, over, "120000")), 1
    ):
        hand.button("Thêm dòng")
        hand.write(cell("Hộ nghèo hoặc cận nghèo?", number), poor)
        if size:
            hand.write(cell("Tổng thể tích", number), size)
        if number == 1:
            hand.write(cell("Khoản thu", number), "Lệ phí xác nhận")
            hand.write(cell("Căn cứ mức thu", number), RATES)
            hand.write(cell("Miễn, giảm", number), "100%")
            hand.write(cell("Căn cứ miễn, giảm", number), RATES)
        hand.write(cell("Số tiền (đồng)", number), amount)
    cell("Khoản thu", 3).focus()
    expect(page.locator("[data-part=problems] li")).to_have_count(0)


def draws(hand: Hand) -> None:
    """A process of two agencies, chosen; how long each has, and which department."""
    page = hand.page
    card = page.locator(".st-gallery li").filter(has=page.get_by_text("Xã nhận, Sở giải quyết", exact=True))
    hand.button("Dùng quy trình này", within=card)
    table = page.get_by_role("region", name="Bảng các cơ quan")
    hand.write(table.get_by_label("Thời hạn riêng, UBND cấp xã").first, "2")
    hand.write(table.get_by_label("Thời hạn riêng, Sở, ngành").first, "5")
    hand.choose(table.get_by_label("Cơ quan cụ thể, Sở, ngành"), DEPARTMENT)
    expect(page.locator("[data-problems]")).to_be_hidden()


def writes_result(hand: Hand) -> None:
    """The result, begun from a ready text; a line that only some dossiers have."""
    page = hand.page
    hand.button("Giấy xác nhận")
    text = page.get_by_label("Văn bản", exact=True)
    expect(page.get_by_role("img", name="Kết quả, trang 1")).to_be_visible()
    text.press("Control+End")
    hand.type("\nBè trên 500 m³: thu gom chất thải theo cách đã khai.")
    hand.press(page.get_by_text("Chỉ in khi…"))
    hand.choose(page.get_by_label("Trường", exact=True).last, "Cách thu gom chất thải")
    hand.button("Đặt cho các dòng đang chọn")
    expect(page.locator("[data-when-look=shown]")).to_be_visible()
    expect(page.locator("[data-faults-head]")).to_be_hidden()


def makes(hand: Hand, site: str) -> None:
    """The whole procedure, from nothing to what may be published; each part timed."""
    with hand.part("Mô tả công bố"):
        begins(hand, site)
        describes(hand)
    for name, act in (
        ("Tờ khai", asks),
        ("Giấy tờ", lists_papers),
        ("Phí, lệ phí", sets_fees),
        ("Quy trình", draws),
        ("Kết quả và thư", writes_result),
    ):
        with hand.part(name):
            hand.opens(name)
            act(hand)
    hand.saved()
