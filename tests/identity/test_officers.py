from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.support import people
from tinhso.foundation import moments
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api
from tinhso.identity.models import Account, Attempt, SignIn
from tinhso.identity.signin import factors, sessions

pytestmark = pytest.mark.django_db
PASSWORD = "mật khẩu dài của tôi"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def officer(login: str = "hoa.le", *, with_factor: bool = True) -> ActorRef:
    at = moments.now() - timedelta(minutes=10)
    id = api.register_officer(login=login, full_name="Lê Thị Hoa", password=PASSWORD, by=SYSTEM, at=at)
    if with_factor:
        account = Account.objects.get(id=id)
        factors.set_up_totp(account, secret=SECRET, code=factors.code_at(SECRET, at), by=SYSTEM, at=at)
    return ActorRef(kind=people.ActorKind.OFFICER, id=id, name="Lê Thị Hoa")


def give_password(browser: Client, password: str = PASSWORD, login: str = "hoa.le", **more: str) -> int:
    answer = browser.post("/can-bo/dang-nhap/", {"login": login, "password": password}, **more)  # type: ignore[arg-type]
    return answer.status_code


def code() -> str:
    return factors.code_at(SECRET, moments.now())


def test_an_officer_signs_in_with_password_and_code_and_lands_where_they_were_going() -> None:
    actor = officer()
    browser = Client()
    answer = browser.post(
        "/can-bo/dang-nhap/?tiep=/can-bo/tai-khoan/", {"login": "HOA.LE ", "password": PASSWORD}
    )
    assert answer.headers["Location"] == "/can-bo/dang-nhap/ma/"
    assert "Mã 6 chữ số" in browser.get("/can-bo/dang-nhap/ma/").content.decode()
    answer = browser.post("/can-bo/dang-nhap/ma/", {"code": code()})

    assert answer.headers["Location"] == "/can-bo/tai-khoan/"
    page = browser.get("/can-bo/tai-khoan/")
    assert page.status_code == 200
    assert "Lê Thị Hoa" in page.content.decode()
    row = SignIn.objects.get(account_id=actor.id)
    assert row.factors == "password+totp"


def test_a_password_alone_opens_nothing() -> None:
    officer()
    browser = Client()
    assert give_password(browser) == 302

    assert browser.get("/can-bo/tai-khoan/").headers["Location"].startswith("/can-bo/dang-nhap/")
    assert not SignIn.objects.exists()


def test_a_code_opens_once() -> None:
    officer()
    once, twice = Client(), Client()
    used = code()
    give_password(once)
    give_password(twice)

    assert once.post("/can-bo/dang-nhap/ma/", {"code": used}).status_code == 302
    again = twice.post("/can-bo/dang-nhap/ma/", {"code": used})
    assert again.status_code == 422
    assert "đã dùng" in again.content.decode()


def test_a_code_without_password_leads_back_to_the_start() -> None:
    officer()
    assert (
        Client().post("/can-bo/dang-nhap/ma/", {"code": code()}).headers["Location"] == "/can-bo/dang-nhap/"
    )


def test_the_right_password_is_forgotten_after_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    officer()
    browser = Client()
    give_password(browser)
    later = moments.now() + timedelta(minutes=11)
    monkeypatch.setattr(moments, "now", lambda: later)

    assert browser.post("/can-bo/dang-nhap/ma/", {"code": code()}).headers["Location"] == "/can-bo/dang-nhap/"


def test_the_first_sign_in_sets_the_second_factor_up() -> None:
    actor = officer(with_factor=False)
    browser = Client()
    answer = browser.post("/can-bo/dang-nhap/", {"login": "hoa.le", "password": PASSWORD})
    assert answer.headers["Location"] == "/can-bo/dang-nhap/cai-dat/"
    assert browser.get("/can-bo/dang-nhap/ma/").headers["Location"] == "/can-bo/dang-nhap/cai-dat/"
    page = browser.get("/can-bo/dang-nhap/cai-dat/").content.decode()
    assert "<svg" in page
    secret = browser.session["totp_draft"]
    assert browser.post("/can-bo/dang-nhap/cai-dat/", {"code": "000000"}).status_code == 403
    answer = browser.post("/can-bo/dang-nhap/cai-dat/", {"code": factors.code_at(secret, moments.now())})

    assert answer.headers["Location"] == "/can-bo/"
    assert actor.id
    assert factors.methods(actor.id) == ("totp",)


def test_who_has_a_second_factor_cannot_set_up_another_with_the_password_alone() -> None:
    officer()
    browser = Client()
    give_password(browser)

    assert browser.get("/can-bo/dang-nhap/cai-dat/").headers["Location"] == "/can-bo/dang-nhap/"


def test_a_wrong_password_and_an_unknown_login_say_the_same() -> None:
    officer()
    pages = [
        Client().post("/can-bo/dang-nhap/", {"login": login, "password": "sai mật khẩu"}).content.decode()
        for login in ("hoa.le", "khong.co")
    ]
    assert all("Tên đăng nhập hoặc mật khẩu chưa đúng" in page for page in pages)


def test_guessing_is_slowed_but_a_known_device_still_gets_in() -> None:
    officer()
    own = Client()
    give_password(own)
    assert own.post("/can-bo/dang-nhap/ma/", {"code": code()}).status_code == 302
    own.post("/dang-xuat/")
    attacker = Client()
    for _attempt in range(10):
        assert give_password(attacker, "đoán mò", REMOTE_ADDR="203.0.113.7") == 403

    assert give_password(attacker, PASSWORD, REMOTE_ADDR="203.0.113.8") == 429
    assert give_password(own) == 302


def test_a_known_device_is_slowed_by_its_own_attempts() -> None:
    officer()
    own = Client()
    give_password(own)
    own.post("/can-bo/dang-nhap/ma/", {"code": code()})
    own.post("/dang-xuat/")
    for _attempt in range(10):
        give_password(own, "sai")

    assert give_password(own) == 429


def test_attempts_are_forgotten_after_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    officer()
    attacker = Client()
    for _attempt in range(10):
        give_password(attacker, "đoán mò")
    assert give_password(attacker) == 429
    later = moments.now() + timedelta(minutes=16)
    monkeypatch.setattr(moments, "now", lambda: later)

    assert give_password(attacker) == 302


def test_one_address_that_fails_at_many_accounts_is_slowed_as_a_whole() -> None:
    officer()
    at = moments.now()
    Attempt.objects.bulk_create(
        Attempt(login_hash=bytes([number]) * 32, address="203.0.113.9", at=at) for number in range(60)
    )
    assert give_password(Client(), REMOTE_ADDR="203.0.113.9") == 429
    assert give_password(Client(), REMOTE_ADDR="203.0.113.10") == 302


def test_wrong_codes_are_counted_too() -> None:
    officer()
    browser = Client()
    give_password(browser)
    for _attempt in range(10):
        assert browser.post("/can-bo/dang-nhap/ma/", {"code": "000000"}).status_code == 422

    assert browser.post("/can-bo/dang-nhap/ma/", {"code": code()}).status_code == 429


def test_a_closed_account_is_let_in_nowhere() -> None:
    actor = officer()
    browser = people.client(actor)
    assert browser.get("/can-bo/tai-khoan/").status_code == 200
    assert actor.id
    api.deactivate(officer_id=actor.id, by=SYSTEM, at=moments.now())

    assert browser.get("/can-bo/tai-khoan/").status_code == 302
    answer = Client().post("/can-bo/dang-nhap/", {"login": "hoa.le", "password": PASSWORD})
    assert "đã khóa" in answer.content.decode()


def test_a_weak_password_and_a_login_in_use_are_refused() -> None:
    officer()
    for login, password in (("moi", "ngắn"), ("hoa.le", PASSWORD)):
        with pytest.raises(Exception, match=r"dễ đoán|đã có người"):
            api.register_officer(login=login, full_name="Ai", password=password, by=SYSTEM, at=moments.now())


def test_sessions_are_listed_and_ended_from_another_device() -> None:
    actor = officer()
    here, there = people.client(actor), people.client(actor)
    page = here.get("/can-bo/tai-khoan/").content.decode()
    assert "Máy này" in page
    assert actor.id
    other = there.session[sessions.KEY]
    assert len(sessions.standing(actor.id, None, moments.now())) == 2

    here.post("/can-bo/tai-khoan/phien/", {"phien": other})
    assert there.get("/can-bo/tai-khoan/").status_code == 302
    assert here.get("/can-bo/tai-khoan/").status_code == 200


def test_all_other_sessions_end_at_once() -> None:
    actor = officer()
    here, *others = [people.client(actor) for _each in range(3)]
    here.post("/can-bo/tai-khoan/phien/", {"phien": "khac"})

    assert [browser.get("/can-bo/tai-khoan/").status_code for browser in others] == [302, 302]
    assert here.get("/can-bo/tai-khoan/").status_code == 200


def test_nobody_ends_a_strangers_session() -> None:
    actor = officer()
    theirs = people.client(actor)
    stranger = people.client(people.officer())
    stranger.post("/can-bo/tai-khoan/phien/", {"phien": theirs.session[sessions.KEY]})

    assert theirs.get("/can-bo/tai-khoan/").status_code == 200


def test_a_session_ends_by_itself_after_half_an_hour_of_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = people.client(officer())
    start = moments.now()
    monkeypatch.setattr(moments, "now", lambda: start + timedelta(minutes=29))
    assert browser.get("/can-bo/tai-khoan/").status_code == 200
    monkeypatch.setattr(moments, "now", lambda: start + timedelta(minutes=58))
    assert browser.get("/can-bo/tai-khoan/").status_code == 200
    monkeypatch.setattr(moments, "now", lambda: start + timedelta(minutes=89))
    answer = browser.get("/can-bo/tai-khoan/")

    assert answer.headers["Location"] == "/can-bo/dang-nhap/?tiep=%2Fcan-bo%2Ftai-khoan%2F&het-phien=1"
    assert SignIn.objects.get().ended_because == "idle"


def test_a_session_ends_after_a_working_day_however_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = people.client(officer())
    start = moments.now()
    for minutes in range(25, 600, 25):
        monkeypatch.setattr(moments, "now", lambda minutes=minutes: start + timedelta(minutes=minutes))
        assert browser.get("/can-bo/tai-khoan/").status_code == 200
    monkeypatch.setattr(moments, "now", lambda: start + timedelta(minutes=601))

    assert browser.get("/can-bo/tai-khoan/").status_code == 302
    assert SignIn.objects.get().ended_because == "too long"


def test_a_stolen_cookie_does_not_work_in_another_browser() -> None:
    browser = people.client(officer())
    assert browser.get("/can-bo/tai-khoan/", headers={"user-agent": "Máy khác"}).status_code == 302
    assert SignIn.objects.get().ended_because == "another browser"


def test_signing_in_changes_the_session_key() -> None:
    officer()
    browser = Client()
    browser.get("/can-bo/dang-nhap/")
    give_password(browser)
    before = browser.session.session_key
    browser.post("/can-bo/dang-nhap/ma/", {"code": code()})

    assert browser.session.session_key != before


def test_an_address_elsewhere_is_not_where_a_sign_in_leads() -> None:
    officer()
    browser = Client()
    browser.post("/can-bo/dang-nhap/?tiep=https://xau.example/", {"login": "hoa.le", "password": PASSWORD})

    assert browser.post("/can-bo/dang-nhap/ma/", {"code": code()}).headers["Location"] == "/can-bo/"


def test_the_authenticators_secret_is_not_readable_in_the_database() -> None:
    officer()
    assert SECRET not in str(Authenticator.objects.get().data)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
            "Chrome trên Android",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge trên Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17 Safari/604",
            "Safari trên iPhone",
        ),
        ("curl/8", "Trình duyệt"),
    ],
)
def test_a_device_is_told_in_words(agent: str, words: str) -> None:
    at = moments.now()
    assert api.SignInView(people.new_id(), "", agent, at, at, "e-id", False).device == words
