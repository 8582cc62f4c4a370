"""A link shows one document, so often, so long, behind its passcode; each use is told to the owner."""

from __future__ import annotations

import re
import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client

from tests.support import people
from tests.vault.test_holding import kept, owner_of
from tinhso.foundation import legal, moments
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef
from tinhso.vault import api as vault
from tinhso.vault.contracts import LinkEnded, TooManyGuesses, WrongPasscode
from tinhso.vault.models import Guess, Share
from tinhso.vault.operations import shares
from tinhso.vault.queries.shares import hash_of, share_of, token_of, visited
from tinhso.vault.queries.shares import shares as listed

pytestmark = pytest.mark.django_db
ADDRESS = "203.0.113.7"


@pytest.fixture
def me() -> ActorRef:
    return people.person("Danh Sóc Kha")


def made(me: ActorRef, *, at: datetime | None = None, **changes: Any) -> tuple[UUID, str]:
    """A link to a document of one's own; its id and token."""
    given: dict[str, Any] = {"purpose": "Ngân hàng xem để vay vốn", "days": 7, "most": 3} | changes
    mine = owner_of(me)
    share_id = shares.share(document_id=kept(mine), owner=mine, by=me, at=at or moments.now(), **given)
    return share_id, token_of(share_id)


def visit(
    token: str, *, passcode: str = "", who: str = "Chị Lan, Ngân hàng", at: datetime | None = None
) -> str:
    return shares.visit(token=token, passcode=passcode, who=who, address=ADDRESS, at=at or moments.now())


def opened(token: str, **given: str) -> HttpResponse:
    return Client(REMOTE_ADDR=ADDRESS).post(f"/chia-se/{token}/", {"ai": "Chị Lan", **given})


def test_whoever_has_the_link_sees_the_document_and_the_owner_reads_who_when_and_why(me: ActorRef) -> None:
    _share, token = made(me)
    browser = Client(REMOTE_ADDR=ADDRESS)
    asked = browser.get(f"/chia-se/{token}/")
    assert asked.status_code == 200
    assert "Giấy khai sinh" not in asked.content.decode(), "nothing of the document before it is opened"
    answer = browser.post(f"/chia-se/{token}/", {"ai": "Chị Lan, Ngân hàng"})
    page = browser.get(answer["Location"])
    assert "Giấy khai sinh" in page.content.decode()
    assert "Còn giá trị" in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    assert "noindex" in page["X-Robots-Tag"]
    file = browser.get(f"{answer['Location']}tep/")
    assert b"".join(file.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    (use,), _more = vault.uses(owner_of(me))
    assert (use.kind, use.who, use.why, use.address) == (
        vault.UseKind.SHOWN, "Chị Lan, Ngân hàng", "Ngân hàng xem để vay vốn", ADDRESS,
    )  # fmt: skip
    told = people.client(me).get("/cua-toi/giay-to/ai-da-dung/").content.decode()
    assert "Chị Lan, Ngân hàng" in told
    assert "tự khai" in told


def test_looking_at_the_links_page_counts_nothing(me: ActorRef) -> None:
    _share, token = made(me, most=1)
    for _time in range(4):
        assert Client().get(f"/chia-se/{token}/").status_code == 200
    visit(token)


def test_a_link_ends_by_its_count_but_its_last_visitor_looks_on(me: ActorRef) -> None:
    _share, token = made(me, most=2)
    visit(token)
    last = visit(token)
    with pytest.raises(LinkEnded):
        visit(token)
    assert opened(token).status_code == 410
    assert Client().get(f"/chia-se/{token}/").status_code == 410
    assert visited(token, last, at=moments.now()) is not None


def test_a_link_ends_by_its_day(me: ActorRef) -> None:
    now = moments.now()
    _share, token = made(me, days=2, at=now)
    early = visit(token, at=now + timedelta(days=2, seconds=-1))
    with pytest.raises(LinkEnded):
        visit(token, at=now + timedelta(days=2))
    assert share_of(token, at=now + timedelta(days=2)) is None
    assert visited(token, early, at=now + timedelta(days=2)) is None


def test_a_link_ends_by_its_owners_word_even_for_who_is_looking(me: ActorRef) -> None:
    share_id, token = made(me)
    given = visit(token)
    browser = people.client(me)
    assert (
        "Đã đóng liên kết"
        in browser.post(f"/cua-toi/giay-to/lien-ket/{share_id}/dong/", follow=True).content.decode()
    )
    assert visited(token, given, at=moments.now()) is None
    assert Client().get(f"/chia-se/{token}/{given}/tep/").status_code == 410
    with pytest.raises(LinkEnded):
        visit(token)


def test_a_visit_is_over_after_a_while_and_belongs_to_its_link(me: ActorRef) -> None:
    now = moments.now()
    _share, token = made(me, at=now)
    _other, other_token = made(people.person(), at=now)
    given = visit(token, at=now)
    minutes = legal.integer("vault_share_visit", on=moments.today(now))
    assert visited(token, given, at=now + timedelta(minutes=minutes, seconds=-1)) is not None
    assert visited(token, given, at=now + timedelta(minutes=minutes)) is None
    assert visited(other_token, given, at=now) is None


@pytest.mark.parametrize("given", ["", "x", "A" * 43, "😀", "=" * 40, "a" * 5000])
def test_a_made_up_pass_opens_nothing(me: ActorRef, given: str) -> None:
    _share, token = made(me)
    visit(token)
    assert visited(token, given, at=moments.now()) is None


def test_a_pass_is_not_made_from_anothers_use(me: ActorRef) -> None:
    _share, token = made(me)
    visit(token)
    assert visited(token, shares.pass_of(new_id()), at=moments.now()) is None


def test_an_unknown_link_and_one_that_ended_read_the_same(me: ActorRef) -> None:
    share_id, token = made(me)
    shares.end(share_id=share_id, owner=owner_of(me), by=me, at=moments.now())
    unknown = Client().get("/chia-se/khong-co-lien-ket-nay/")
    ended = Client().get(f"/chia-se/{token}/")
    strip = re.compile(r"/chia-se/[^/\"]+/|csrfmiddlewaretoken\" value=\"[^\"]+|nonce=\"[^\"]+")
    assert (unknown.status_code, strip.sub("", unknown.content.decode())) == (
        ended.status_code, strip.sub("", ended.content.decode()),
    )  # fmt: skip


def test_a_passcode_is_asked_and_told_only_to_who_has_it(me: ActorRef) -> None:
    _share, token = made(me, passcode="Lúa 2026")
    answer = opened(token, ma="khác")
    assert answer.status_code == 422
    assert "Mã bảo vệ chưa đúng" in answer.content.decode()
    assert 'value="Chị Lan"' in answer.content.decode()
    assert opened(token, ma=" lúa 2026 ").status_code == 302


def test_guessing_a_passcode_is_slowed_and_then_ends_the_link(me: ActorRef) -> None:
    now = moments.now()
    share_id, token = made(me, passcode="8642", at=now, days=30)
    few = legal.integer("vault_guesses", on=moments.today(now))
    window = timedelta(minutes=legal.integer("vault_guess_window", on=moments.today(now)))
    in_all = legal.integer("vault_guesses_in_all", on=moments.today(now))
    for _time in range(few):
        with pytest.raises(WrongPasscode):
            visit(token, passcode="0000", at=now)
    with pytest.raises(TooManyGuesses):
        visit(token, passcode="8642", at=now)
    later, wrong = now, few
    while wrong < in_all:
        later += window
        for _time in range(min(few, in_all - wrong)):
            with pytest.raises(WrongPasscode):
                visit(token, passcode="0000", at=later)
            wrong += 1
    with pytest.raises(LinkEnded):
        visit(token, passcode="8642", at=later + window)
    row = Share.objects.get(id=share_id)
    assert row.locked
    assert "Đã tự đóng" in people.client(me).get("/cua-toi/giay-to/lien-ket/").content.decode()


def test_who_looks_says_who_they_are(me: ActorRef) -> None:
    _share, token = made(me)
    assert opened(token, ai=" ").status_code == 422
    assert Share.objects.get().used == 0


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("viec", {"purpose": " "}),
        ("ngay", {"days": 0}),
        ("ngay", {"days": 100_000}),
        ("lan", {"most": 0}),
        ("lan", {"most": 100_000}),
        ("ma", {"passcode": "12"}),
    ],
)
def test_what_a_link_lacks_is_said_at_its_field(me: ActorRef, field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        made(me, **changes)
    assert list(refused.value.faults) == [field]


def test_only_the_owner_makes_sees_and_ends_links(me: ActorRef) -> None:
    share_id, _token = made(me)
    other, mine, now = people.person(), owner_of(me), moments.now()
    document = Share.objects.get().document_id
    with pytest.raises(vault.NotInVault):
        shares.share(
            document_id=document, owner=owner_of(other), purpose="x", days=1, most=1, by=other, at=now
        )
    with pytest.raises(NotAllowed):
        shares.share(document_id=document, owner=mine, purpose="x", days=1, most=1, by=other, at=now)
    with pytest.raises(vault.NotInVault):
        shares.end(share_id=share_id, owner=owner_of(other), by=other, at=now)
    assert listed(owner_of(other)) == ((), None)
    browser = people.client(other)
    assert browser.post(f"/cua-toi/giay-to/lien-ket/{share_id}/dong/").status_code == 404
    assert browser.get(f"/cua-toi/giay-to/{document}/chia-se/").status_code == 404
    assert Client().get(f"/cua-toi/giay-to/{document}/chia-se/").status_code == 302


def test_what_does_not_hold_is_not_shared(me: ActorRef) -> None:
    mine = owner_of(me)
    document = kept(mine, valid_to=moments.today(moments.now()))
    with pytest.raises(vault.NoLongerHolds):
        shares.share(document_id=document, owner=mine, purpose="x", days=1, most=1, by=me, at=moments.now())
    page = people.client(me).post(
        f"/cua-toi/giay-to/{document}/chia-se/", {"viec": "x", "ngay": "1", "lan": "1"}
    )
    assert page.status_code == 422
    assert "đã hết hạn" in page.content.decode()


def test_links_that_stand_open_are_bounded(me: ActorRef) -> None:
    mine, document = owner_of(me), kept(owner_of(me))
    most = legal.integer("vault_share_standing", on=moments.today(moments.now()))
    given: dict[str, Any] = {"document_id": document, "owner": mine, "purpose": "x", "days": 1, "most": 1}
    for _time in range(most):
        shares.share(**given, by=me, at=moments.now())
    with pytest.raises(Conflict):
        shares.share(**given, by=me, at=moments.now())


def test_the_new_link_is_shown_with_its_address_to_its_owner(me: ActorRef) -> None:
    document = kept(owner_of(me))
    browser = people.client(me)
    page = browser.post(
        f"/cua-toi/giay-to/{document}/chia-se/", {"viec": "Cho con", "ngay": "2", "lan": "3"}, follow=True
    ).content.decode()
    token = token_of(Share.objects.get().id)
    assert f"/chia-se/{token}/" in page
    assert bytes(Share.objects.get().token_hash) == hash_of(token)
    assert token.encode() not in bytes(Share.objects.get().token_hash), "the secret itself is kept nowhere"


def share_row(me: ActorRef, **changes: Any) -> Share:
    at = moments.now()
    given: dict[str, Any] = {
        "document_id": kept(owner_of(me)),
        "owner_id": me.id,
        "token_hash": new_id().bytes * 2,
        "purpose": "x",
        "made_at": at,
        "until": at + timedelta(days=1),
        "most": 1,
    }
    return Share.objects.create(**{**given, **changes})


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("vault_share_ends_later", {"until": datetime.fromisoformat("2020-01-01T00:00:00+00:00")}),
        ("vault_share_within_its_count", {"most": 0}),
        ("vault_share_within_its_count", {"used": 2}),
        ("vault_share_has_a_purpose", {"purpose": ""}),
        ("vault_share_locked_is_ended", {"locked": True}),
    ],
)
def test_the_database_refuses_a_link_that_cannot_be(
    me: ActorRef, constraint: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        share_row(me, **changes)


def test_two_links_never_have_one_secret(me: ActorRef) -> None:
    first = share_row(me)
    with pytest.raises(IntegrityError, match="vault_share_one_link"), transaction.atomic():
        share_row(people.person(), token_hash=bytes(first.token_hash))


@pytest.mark.parametrize(
    "change", [{"most": 9}, {"until": moments.now() + timedelta(days=900)}, {"owner_id": UUID(int=1)}]
)
def test_the_database_never_lets_a_link_open_wider(me: ActorRef, change: dict[str, Any]) -> None:
    row = share_row(me)
    with pytest.raises(IntegrityError, match="is not opened wider"), transaction.atomic():
        Share.objects.filter(id=row.id).update(**change)


def test_the_database_opens_no_ended_link_and_counts_no_use_back(me: ActorRef) -> None:
    row = share_row(me, used=1, ended_at=moments.now())
    for change in ({"ended_at": None}, {"used": 0}):
        with pytest.raises(IntegrityError, match="is not opened wider"), transaction.atomic():
            Share.objects.filter(id=row.id).update(**change)


@pytest.mark.django_db(transaction=True)
def test_visitors_who_press_at_once_never_open_more_often_than_allowed() -> None:
    _share, token = made(people.person(), most=2)
    outcomes: list[str] = []

    def press() -> None:
        try:
            visit(token)
            outcomes.append("opened")
        except LinkEnded:
            outcomes.append("ended")
        finally:
            connection.close()

    pressing = [threading.Thread(target=press) for _time in range(6)]
    for one in pressing:
        one.start()
    for one in pressing:
        one.join()
    assert sorted(outcomes) == ["ended"] * 4 + ["opened"] * 2


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_counted_each() -> None:
    _share, token = made(people.person(), passcode="8642")
    few = legal.integer("vault_guesses", on=moments.today(moments.now()))
    outcomes: list[type] = []

    def guess() -> None:
        try:
            visit(token, passcode="0000")
        except (WrongPasscode, TooManyGuesses) as refused:
            outcomes.append(type(refused))
        finally:
            connection.close()

    guessing = [threading.Thread(target=guess) for _time in range(few + 4)]
    for one in guessing:
        one.start()
    for one in guessing:
        one.join()
    assert outcomes.count(WrongPasscode) == few
    assert Guess.objects.count() == few
