"""Signing in at the real national process: what goes well, and everything that must be refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.conf import settings
from django.test import Client

from national import serve
from national.faults import read
from tests.support import people
from tinhso.directory import api as directory
from tinhso.foundation import events, http, moments
from tinhso.identity import api, limits
from tinhso.identity.models import Account, EidLink, Person, SignIn, Start

pytestmark = pytest.mark.django_db
HAN, KHANG, DUYEN, COMPANY = "TD-0002", "TD-0005", "TD-0004", "TC-0001"


def at_the_eid(address: str, person: str) -> str:
    """Go through the national side's pages; the address by which it sends the person back."""
    base = urlsplit(address)
    site = f"{base.scheme}://{base.netloc}/oidc"
    with httpx.Client(follow_redirects=False) as browser:
        answer = browser.get(address)
        visit = parse_qs(urlsplit(answer.headers["location"]).query)["visit"][0]
        answer = browser.post(f"{site}/sign-in", data={"visit": visit, "person": person})
        if answer.status_code == 403:
            answer = browser.post(f"{site}/sign-in", data={"visit": visit, "decision": "cancel"})
        else:
            told = {"visit": visit, "decision": "agree", "code": "123456"}
            answer = browser.post(f"{site}/confirm", data=told)
        return str(answer.headers["location"])


def begin(browser: Client, *, back: str = "", level: str = "") -> str:
    answer = browser.post("/dang-nhap/dinh-danh/", {"tiep": back, "muc": level})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def return_path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def journey(browser: Client, person: str = HAN, *, back: str = "/tai-khoan/", level: str = "") -> str:
    return return_path(at_the_eid(begin(browser, back=back, level=level), person))


def refused(answer: object) -> bool:
    return getattr(answer, "status_code", 0) == 403 and not SignIn.objects.exists()


def test_a_person_signs_in_and_lands_where_they_were_going(national: serve.Running) -> None:
    told: list[api.PersonSignedIn] = []
    events.subscribe(api.PersonSignedIn)(told.append)
    browser = Client()
    asked = begin(browser, back="/tai-khoan/")
    query = parse_qs(urlsplit(asked).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["acr_values"] == ["1 2"]
    answer = browser.get(return_path(at_the_eid(asked, HAN)))

    assert answer.headers["Location"] == "/tai-khoan/"
    page = browser.get("/tai-khoan/").content.decode()
    assert "Trần Thị Ngọc Hân" in page
    assert "•••••••••231" in page
    assert "089198007231" not in page
    found = api.find_person("089 198 007231")
    assert found
    view = api.person(found)
    assert (view.phone, view.assurance_level, view.gender) == ("0935000221", 2, "female")
    assert told == [api.PersonSignedIn(found, 2)]


def test_a_person_registered_at_the_counter_is_found_again_by_the_identifier(national: serve.Running) -> None:
    known = people.person("Trần Thị Ngọc Hân", personal_id="089198007231")
    browser = Client()
    browser.get(journey(browser))

    assert Person.objects.count() == 1
    assert EidLink.objects.get().person_id == known.id
    browser.get(journey(browser))
    assert EidLink.objects.count() == 1


def test_an_organisations_account_speaks_for_the_organisation(national: serve.Running) -> None:
    own, companys = Client(), Client()
    own.get(journey(own, DUYEN))
    companys.get(journey(companys, COMPANY))

    assert Person.objects.count() == 1
    assert "Công ty TNHH Nước mắm Mỹ Duyên" in companys.get("/tai-khoan/").content.decode()
    assert "Công ty" not in own.get("/tai-khoan/").content.decode()
    assert Account.objects.count() == 1


def test_an_eid_account_that_changes_its_identifier_is_looked_into(national: serve.Running) -> None:
    other = people.person("Người Khác")
    EidLink.objects.create(
        issuer=national.settings.issuer, subject=HAN, person_id=other.id, linked_at=moments.now()
    )
    browser = Client()
    answer = browser.get(journey(browser))

    assert refused(answer)
    assert "1022" in answer.content.decode()


def test_a_level_too_low_is_said_with_what_to_do(national: serve.Running) -> None:
    browser = Client()
    answer = browser.get(journey(browser, KHANG, level="2"))

    assert refused(answer)
    assert "mức độ 2" in answer.content.decode()
    assert browser.get(journey(browser, KHANG)).headers["Location"] == "/tai-khoan/"


def test_a_token_of_a_lower_level_than_asked_is_refused(national: serve.Running) -> None:
    browser = Client()
    asked = begin(browser, level="2").replace("acr_values=2", "acr_values=1")
    answer = browser.get(return_path(at_the_eid(asked, KHANG)))

    assert refused(answer)
    assert "mức độ 2" in answer.content.decode()


def test_a_person_who_changes_their_mind_is_told_nothing_happened(national: serve.Running) -> None:
    browser = Client()
    begin(browser)
    kept = browser.session["eid"]
    answer = browser.get(
        "/dang-nhap/tra-ve/",
        {"error": "access_denied", "state": kept["state"], "iss": national.settings.issuer},
    )
    assert refused(answer)
    assert "đã dừng đăng nhập" in answer.content.decode()


def altered(name: str, value: str) -> Callable[[str], str]:
    return lambda path: re.sub(rf"{name}=[^&]*", f"{name}={value}", path)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(altered("state", "somebody-elses"), id="wrong state"),
        pytest.param(altered("iss", "https://xau.example"), id="another issuer"),
        pytest.param(altered("iss", ""), id="no issuer"),
        pytest.param(altered("code", "guessed"), id="guessed code"),
        pytest.param(altered("code", ""), id="no code"),
    ],
)
def test_an_answer_that_was_altered_is_refused(national: serve.Running, change: Callable[[str], str]) -> None:
    browser = Client()
    path = journey(browser)

    assert refused(browser.get(change(path)))
    assert refused(browser.get(path))


def test_an_answer_is_of_use_only_in_the_browser_that_asked(national: serve.Running) -> None:
    path = journey(Client())
    stranger = Client()
    begin(stranger)

    assert refused(stranger.get(path))
    assert refused(Client().get(path))


def test_a_code_is_good_once(national: serve.Running) -> None:
    browser, copy = Client(), Client()
    path = journey(browser)
    copy.cookies = browser.cookies
    kept = dict(browser.session["eid"])
    assert browser.get(path).status_code == 302
    session = browser.session
    session["eid"] = kept
    session.save()

    assert browser.get(path).status_code == 403


def test_a_journey_that_took_too_long_is_refused(
    national: serve.Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client()
    path = journey(browser)
    later = moments.now() + timedelta(minutes=11)
    monkeypatch.setattr(moments, "now", lambda: later)

    assert refused(browser.get(path))


@pytest.mark.parametrize(
    "fault",
    [
        {"service": "oidc", "mode": "wrong_nonce"},
        {"service": "oidc", "mode": "wrong_signature"},
        {"service": "oidc", "mode": "clock_skew", "seconds": -900},
        {"service": "oidc", "mode": "clock_skew", "seconds": 900},
    ],
    ids=["wrong nonce", "signed by a stranger", "expired", "not yet"],
)
def test_an_id_token_that_cannot_be_trusted_is_refused(
    national: serve.Running, fault: dict[str, object]
) -> None:
    browser = Client()
    path = journey(browser)
    national.app.state.faults.switch_on(read(fault))

    assert refused(browser.get(path))


@pytest.mark.parametrize("mode", ["error", "garbage"])
def test_when_the_eid_is_down_the_page_says_so(
    national: serve.Running, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(http.time, "sleep", lambda seconds: None)
    national.app.state.faults.switch_on(read({"service": "oidc", "mode": mode}))
    answer = Client().post("/dang-nhap/dinh-danh/", {})

    assert answer.status_code == 502
    assert "Đăng nhập lại" in answer.content.decode()


def test_a_browser_that_starts_again_and_again_is_asked_to_wait(national: serve.Running) -> None:
    browser, most = Client(), limits.count("eid_starts_session", moments.now())
    answers = [browser.post("/dang-nhap/dinh-danh/") for _each in range(most + 1)]

    assert [answer.status_code for answer in answers] == [302] * most + [429]
    assert "chờ 10 phút" in answers[-1].content.decode()
    assert Client().post("/dang-nhap/dinh-danh/").status_code == 302


def test_an_address_that_sends_browser_after_browser_is_asked_to_wait_and_no_other(
    national: serve.Running,
) -> None:
    now = moments.now()
    most = limits.count("eid_starts_address", now)
    Start.objects.bulk_create(Start(address="127.0.0.1", at=now) for _each in range(most))

    assert Client().post("/dang-nhap/dinh-danh/").status_code == 429
    assert Client(REMOTE_ADDR="10.0.0.9").post("/dang-nhap/dinh-danh/").status_code == 302
    Start.objects.update(at=now - limits.minutes("eid_starts_window", now))
    assert Client().post("/dang-nhap/dinh-danh/").status_code == 302
    assert Start.objects.filter(address="127.0.0.1").count() == 1


def test_signing_out_goes_by_the_eid_and_ends_both(national: serve.Running) -> None:
    browser = Client()
    browser.get(journey(browser))
    answer = browser.post("/dang-xuat/")
    address = answer.headers["Location"]

    assert address.startswith(f"{national.settings.issuer}/end_session")
    assert httpx.get(address).headers["location"] == f"{settings.ORIGIN}/"
    assert browser.get("/tai-khoan/").headers["Location"].startswith("/dang-nhap/")
    row = SignIn.objects.get()
    assert (row.ended_because, row.id_token) == ("signed out", "")


def test_the_page_of_looks_shows_who_looked_and_why(national: serve.Running) -> None:
    browser = Client()
    browser.get(journey(browser))
    person_id = api.find_person("089198007231")
    assert person_id
    officer = people.officer(name="Nguyễn Văn Xem")
    assert officer.unit
    api.look(officer, person_id, "Giải quyết hồ sơ khai sinh", None, moments.now())
    page = browser.get("/tai-khoan/ai-da-xem/").content.decode()

    assert "Nguyễn Văn Xem" in page
    assert "Giải quyết hồ sơ khai sinh" in page
    assert directory.names([officer.unit])[officer.unit] in page
