"""The exchange as people live with it, in browsers: the demo province and the sandbox nation, through the
real gateways of both.

An agreement is asked for, approved, opened, used, suspended and refused; an officer's question is found in
the log, taken out, verified, and seen by the person.
"""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import connection
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from national.exchange import check
from national.exchange.trust import Trust
from national.ports import free_port
from national.serve import Running, start_in_thread
from tests.exchange.gateway.world import Loop, now, started, url_of
from tests.exchange.seen import sign_in
from tests.support import people
from tests.support.browser import OpenPage, axe
from tests.support.office import filed, office
from tinhso.config import demo_exchange
from tinhso.directory import demo as places
from tinhso.exchange.gateway.serving import Gateway, Options
from tinhso.exchange.keeping import authorities, stamping
from tinhso.exchange.models import Agreement, Message, State
from tinhso.foundation.refs import ActorKind, ActorRef
from tinhso.identity import api as identity
from tinhso.identity import demo as officers
from tinhso.identity.models import Account, Officer

expect.set_options(timeout=20_000)  # a busy machine answers late; nothing here waits longer than it must
pytestmark = pytest.mark.django_db(transaction=True)
BIEN, BIEN_NUMBER = "Nguyễn Văn Biển", "091078004512"
OWNER_OF_DOSSIER = "091090000123"
WHY = "Xác minh tình trạng hôn nhân cho hồ sơ kết hôn"


@dataclass
class Both:
    """The province's site with two nodes of its gateway, and the nation."""

    site: str
    nation: Running
    loop: Loop
    nodes: list[Gateway]

    def caught_up(self) -> None:
        """Every node follows what stands in the database now."""
        revision = State.objects.values_list("revision", flat=True).get()

        async def wait() -> None:
            while any(node.follower.snapshot.revision < revision for node in self.nodes):
                await asyncio.sleep(0.01)

        self.loop.do(wait())

    def through(self, node: Gateway) -> None:
        """Let the nation's directory lead to this node."""
        configured.EXCHANGE = replace(configured.EXCHANGE, peers_port=node.peers_port)
        demo_exchange.join(at=now())


@pytest.fixture
def both(live_site: str, tmp_path: Path, settings: Settings) -> Iterator[Both]:
    spool = tmp_path / "spool"
    with start_in_thread(
        tmp_path / "national", keys=Path(configured.HOME) / "national-keys", exchange=True
    ) as nation:
        settings.NATIONAL_PORT = nation.port
        settings.EXCHANGE = replace(
            settings.EXCHANGE,
            host="127.0.0.1",
            port=free_port(),
            peers_port=free_port(),
            ocsp_port=free_port(),
            operators_port=free_port(),
            keys=tmp_path / "keys",
            spool=spool,
        )
        places.load(at=now())
        officers.load(at=now())
        demo_exchange.join(at=now())
        demo_exchange.offer(at=now(), site=live_site)
        said, loop = settings.EXCHANGE, Loop()
        first = Options(
            database=url_of(str(connection.settings_dict["NAME"])),
            port=said.port,
            peers_port=said.peers_port,
            ocsp_port=said.ocsp_port,
            operators_port=said.operators_port,
            spool=spool,
        )
        other = replace(first, port=0, peers_port=0, ocsp_port=None, operators_port=0)
        nodes = [loop.do(started(options)) for options in (first, other)]
        for node in nodes:
            loop.do(node.directory.refresh(at=now()))
        made = Both(live_site, nation, loop, nodes)
        made.caught_up()
        yield made
        for node in nodes:
            loop.do(node.stop())
        loop.close()


def officer(login: str) -> ActorRef:
    """An officer of the demo."""
    account = Account.objects.get(login=login)
    return ActorRef(ActorKind.OFFICER, account.id, Officer.objects.get(account=account).full_name)


def signed_in(open_page: OpenPage, both: Both, actor: ActorRef, size: str = "desktop") -> Page:
    """A browser of its own for this officer or person."""
    page = open_page(size)
    sign_in(page, both.site, actor)
    return page


def asked_at_the_portal(page: Page, both: Both, code: str) -> str:
    """What the national portal shows when it has asked the province about a dossier."""
    page.goto(f"{both.nation.settings.base}/dvcqg")
    page.get_by_label("Mã hồ sơ").fill(code)
    page.get_by_label("Số định danh của chủ hồ sơ").fill(OWNER_OF_DOSSIER)
    page.get_by_role("button", name="Hỏi tỉnh").click()
    return page.get_by_role("status").inner_text()


def test_an_agreement_is_asked_approved_opened_used_and_suspended(both: Both, open_page: OpenPage) -> None:
    dossier = filed(office())
    developer, leader, operator = (
        signed_in(open_page, both, officer(login))
        for login in ("tinh.phattrien", "tinh.lanhdao", "tinh.quantri")
    )
    portal = open_page("phone")
    assert "access_denied" in asked_at_the_portal(portal, both, dossier.code)

    developer.goto(f"{both.site}/can-bo/nha-phat-trien/dich-vu/")
    developer.get_by_role("link", name="Tình trạng giải quyết hồ sơ").click()
    developer.get_by_role("button", name="Gọi thử").click()
    expect(developer.get_by_role("status").first).to_contain_text("UBND phường Rạch Giá")
    developer.get_by_role("link", name="Đề nghị kết nối").click()
    for label, words in (
        ("Dùng dữ liệu để làm gì", "Cho chủ hồ sơ xem hồ sơ đã nộp tại tỉnh"),
        ("Lưu giữ dữ liệu nhận được bao nhiêu ngày", "0"),
        ("Người liên hệ và số điện thoại", "Châu Minh Trí, 0912 000 333"),
        ("Hệ thống làm sao biết", "Đăng nhập bằng định danh điện tử"),
    ):
        developer.get_by_label(label).fill(words)
    developer.get_by_label("Điều kiện sử dụng").last.select_option("1")
    developer.get_by_role("button", name="Gửi đề nghị").click()
    expect(developer.get_by_text("chờ chủ dữ liệu trả lời trước")).to_contain_text("Lê Quang Thắng")
    agreement = Agreement.objects.get()

    leader.goto(f"{both.site}/can-bo/truc/thoa-thuan/?xem=cho")
    leader.get_by_role("link", name=agreement.number).click()
    leader.get_by_role("button", name="Chấp thuận").click()
    expect(leader.get_by_text("Chờ người vận hành trục mở kỹ thuật")).to_be_visible()
    operator.goto(f"{both.site}/can-bo/truc/thoa-thuan/?xem=cho")
    operator.get_by_role("link", name=agreement.number).click()
    operator.get_by_role("button", name="Mở", exact=True).click()
    expect(operator.get_by_text("Không ai phải làm gì")).to_be_visible()
    both.caught_up()

    told = asked_at_the_portal(portal, both, dossier.code)
    assert "Tỉnh đã trả lời" in told
    assert "Đã gửi" in told or "Chờ tiếp nhận" in told, told
    assert axe(portal) == []
    developer.reload()
    expect(developer.get_by_text(f"POST /r1/{agreement.application.identifier[:7]}")).to_be_visible()
    used = developer.get_by_role("region", name="Bảng lượt gọi").get_by_role("cell")
    used.first.click(trial=True)
    expect(used.nth(1)).to_have_text("1")
    assert axe(developer) == []

    leader.get_by_label("Lý do tạm dừng").fill("Nghi lộ khóa của Cổng")
    leader.get_by_role("button", name="Tạm dừng ngay").click()
    expect(leader.get_by_text("Lượt gọi đang bị từ chối")).to_be_visible()
    both.caught_up()
    for node in both.nodes:
        both.through(node)
        refused = asked_at_the_portal(portal, both, dossier.code)
        assert "server.serverproxy.access_denied" in refused
        assert "was suspended by the provider: Nghi lộ khóa của Cổng" in refused

    person = people.person("Danh Sóc Kha", personal_id=OWNER_OF_DOSSIER)
    own = signed_in(open_page, both, person, "phone")
    own.goto(f"{both.site}/tai-khoan/ai-da-xem/noi-khac/")
    expect(own.get_by_role("main")).to_contain_text("Chủ hồ sơ xem tình trạng hồ sơ")
    expect(own.get_by_role("main")).to_contain_text("Văn phòng Chính phủ (thử)")
    portal.get_by_label("Số định danh", exact=True).fill(OWNER_OF_DOSSIER)
    portal.get_by_role("button", name="Xem ai đã dùng").click()
    expect(portal.get_by_role("status")).to_contain_text("Chủ hồ sơ xem tình trạng hồ sơ")


def test_a_question_of_an_officer_is_found_taken_out_verified_and_seen_by_the_person(
    both: Both, open_page: OpenPage, tmp_path: Path
) -> None:
    asking, operator = (
        signed_in(open_page, both, officer(login)) for login in ("rachgia.chuyenvien", "tinh.quantri")
    )
    asking.goto(f"{both.site}/can-bo/tra-cuu-ho-tich/")
    asking.get_by_label("Số định danh cá nhân").fill(BIEN_NUMBER)
    asking.get_by_label("Họ và tên").fill(BIEN)
    asking.get_by_label("Mục đích").fill(WHY)
    asking.get_by_role("button", name="Tra cứu").click()
    expect(asking.get_by_text("Có vợ hoặc chồng")).to_be_visible()
    asking.get_by_role("cell", name="Khai sinh", exact=True).click(trial=True)
    found = re.search(r"Mã thông điệp \(X-Road-Id\)\s+(\S+)", asking.get_by_role("main").inner_text())
    assert found
    while stamping.stamp_round(authorities.configured().authorities, at=now()).again:
        pass

    operator.goto(f"{both.site}/can-bo/truc/nhat-ky/")
    operator.get_by_label("Mã thông điệp").fill(found[1])
    operator.get_by_role("main").get_by_role("button", name="Tìm").click()
    expect(operator.get_by_role("row")).to_have_count(1 + Message.objects.filter(message_id=found[1]).count())
    operator.get_by_role("link", name=found[1]).last.click()
    expect(operator.get_by_text("đủ bằng chứng").first).to_be_visible()
    operator.get_by_label("Lý do xem nội dung").fill("Công văn 12/TA yêu cầu")
    operator.get_by_role("button", name="Xem nội dung").click()
    expect(operator.get_by_text("Lý do hỏi")).to_contain_text(WHY)
    operator.get_by_label("Lý do tải bằng chứng").fill("Công văn 12/TA yêu cầu")
    with operator.expect_download() as taken:
        operator.get_by_role("button", name="Tải ASiC-E").click()
    container = tmp_path / taken.value.suggested_filename
    taken.value.save_as(container)
    trust = Trust(both.nation.app.state.directory.content())
    assert check.container(container.read_bytes(), trust).member == "VN-DEMO/GOV/H01"

    operator.goto(f"{both.site}/can-bo/truc/nhat-ky/kiem-tra/")
    operator.get_by_label("Tệp bằng chứng").set_input_files(container)
    operator.get_by_role("button", name="Kiểm tra").click()
    expect(operator.get_by_text("Bằng chứng đúng", exact=True)).to_be_visible()
    expect(operator.get_by_text("Dấu thời gian cấp lúc")).to_contain_text(
        re.compile(r"lúc \d\d:\d\d:\d\d \d\d/")
    )
    assert axe(operator) == []
    operator.goto(f"{both.site}/can-bo/truc/nhat-ky/xuat/?ma={found[1]}")
    operator.get_by_label("Lý do xuất").fill("Công văn 12/TA yêu cầu")
    with operator.expect_download() as taken:
        operator.get_by_role("button", name="Xuất").click()
    with zipfile.ZipFile(io.BytesIO(Path(taken.value.path()).read_bytes())) as whole:
        kinds = {check.container(whole.read(name), trust).kind for name in whole.namelist()}
    assert kinds == {"request", "response"}

    person = ActorRef(ActorKind.PERSON, identity.find_person(BIEN_NUMBER), BIEN)
    own = signed_in(open_page, both, person, "phone")
    own.goto(f"{both.site}/tai-khoan/ai-da-xem/noi-khac/")
    expect(own.get_by_role("main")).to_contain_text(WHY)
    expect(own.get_by_role("main")).to_contain_text("UBND tỉnh An Giang")
