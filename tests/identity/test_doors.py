"""Every route of identity asked as nobody, a stranger of the wrong kind, and the right one; and machines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from tests.support import people
from tinhso.config.urls import urlpatterns as house_routes
from tinhso.foundation import access, acts, moments
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api
from tinhso.identity.authorisation import grants
from tinhso.identity.middleware import Doors
from tinhso.identity.models import KeptForm, Token
from tinhso.identity.pages.urls import urlpatterns as identity_routes
from tinhso.identity.signin import keeping

pytestmark = pytest.mark.django_db
FOR_PERSONS = ("/tai-khoan/", "/tai-khoan/ai-da-xem/")
FOR_OFFICERS = ("/can-bo/tai-khoan/",)


def ok(request: HttpRequest) -> HttpResponse:
    return HttpResponse("vào được")


@access.machine("trial.unit")
def for_machines(request: HttpRequest) -> HttpResponse:
    return HttpResponse(api.actor_of(request).name)


@access.officer("trial.unit")
def for_specialists(request: HttpRequest) -> HttpResponse:
    return HttpResponse("vào được")


@access.person()
def for_persons(request: HttpRequest) -> HttpResponse:
    return HttpResponse("|".join(request.POST.getlist("loi-khai")) or "trống")


@access.development()
def for_builders(request: HttpRequest) -> HttpResponse:
    return HttpResponse("vào được")


urlpatterns = [
    path("khong-khai/", ok),
    path("may/", for_machines),
    path("chuyen-vien/", for_specialists),
    path("ho-so/", for_persons),
    path("thu-nghiem/", for_builders),
    *house_routes,
]


@pytest.fixture(autouse=True)
def _routes(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = __name__  # type: ignore[attr-defined]
    monkeypatch.setattr(grants, "_table", type(grants._table)(list, grants._table))
    acts.declare("trial.unit", "Thử unit")
    api.grant("trial.unit", roles=["specialist"])


def test_every_route_of_identity_says_whom_it_lets_in() -> None:
    assert [route.name for route in identity_routes if access.declared(route.callback) is None] == []


@pytest.mark.parametrize("address", FOR_PERSONS)
def test_pages_of_persons(address: str) -> None:
    assert Client().get(address).headers["Location"] == f"/dang-nhap/?tiep={address.replace('/', '%2F')}"
    assert people.client(people.officer()).get(address).status_code == 302
    assert people.client(people.person()).get(address).status_code == 200


@pytest.mark.parametrize("address", FOR_OFFICERS)
def test_pages_of_officers(address: str) -> None:
    assert Client().get(address).headers["Location"].startswith("/can-bo/dang-nhap/?tiep=")
    assert people.client(people.person()).get(address).status_code == 302
    assert people.client(people.officer()).get(address).status_code == 200


@pytest.mark.parametrize("address", ["/dang-nhap/", "/can-bo/dang-nhap/"])
def test_pages_before_signing_in_are_open_and_move_on_for_those_who_are(address: str) -> None:
    assert Client().get(address).status_code == 200
    right = people.person() if address == "/dang-nhap/" else people.officer()
    assert people.client(right).get(address).status_code == 302


def test_forms_of_identity_ask_for_the_csrf_token() -> None:
    browser = Client(enforce_csrf_checks=True)
    for address in ("/dang-nhap/dinh-danh/", "/can-bo/dang-nhap/", "/dang-xuat/"):
        assert browser.post(address).status_code == 400


def test_an_undeclared_route_is_shut_for_everybody() -> None:
    place = people.unit()
    for browser in (Client(), people.client(people.officer("administrator", place))):
        assert browser.get("/khong-khai/").status_code == 404


def test_a_route_asks_for_a_role_that_may_do_its_act() -> None:
    assert people.client(people.officer("specialist")).get("/chuyen-vien/").status_code == 200
    refused = people.client(people.officer("clerk")).get("/chuyen-vien/")
    assert refused.status_code == 403
    assert "không được xem" in refused.content.decode()


def test_a_development_route_is_shut_in_production(settings: object) -> None:
    assert Client().get("/thu-nghiem/").status_code == 200
    settings.PRODUCTION = True  # type: ignore[attr-defined]
    assert Client().get("/thu-nghiem/").status_code == 404


def test_a_machine_is_let_in_by_its_token_and_by_nothing_else() -> None:
    _actor, secret = people.token(["trial.unit"])
    _actor, other = people.token(["identity.register_person"])

    assert people.machine(secret).get("/may/").content.decode() == "máy thử"
    refused = people.machine(other).get("/may/")
    assert (refused.status_code, refused.headers["Content-Type"]) == (403, "application/problem+json")
    for browser in (Client(), people.machine("tinhso_doan-mo"), people.machine("")):
        unknown = browser.get("/may/")
        assert unknown.status_code == 401
        assert unknown.headers["WWW-Authenticate"].startswith("Bearer")
    assert people.client(people.officer("specialist")).get("/may/").status_code == 401
    assert people.machine(secret).get("/tai-khoan/").status_code == 302


def test_a_token_ends_when_it_expires_or_is_revoked(monkeypatch: pytest.MonkeyPatch) -> None:
    at = moments.now()
    id, secret = api.create_token(
        name="máy", acts_allowed=["trial.*"], expires_at=at + timedelta(days=1), by=SYSTEM, at=at
    )
    assert people.machine(secret).get("/may/").status_code == 200
    monkeypatch.setattr(moments, "now", lambda: at + timedelta(days=2))
    assert people.machine(secret).get("/may/").status_code == 401
    monkeypatch.setattr(moments, "now", lambda: at)
    api.revoke_token(token_id=id, by=SYSTEM, at=at)
    assert people.machine(secret).get("/may/").status_code == 401
    with pytest.raises(api.BadToken, match="thu hồi"):
        api.revoke_token(token_id=id, by=SYSTEM, at=at)


def test_a_tokens_secret_is_nowhere_in_the_database() -> None:
    _actor, secret = people.token(["trial.unit"])
    row = Token.objects.get()

    assert secret.encode() not in bytes(row.secret_hash)
    assert secret not in str(vars(row))


def test_a_token_for_an_unknown_act_is_not_made() -> None:
    with pytest.raises(Exception, match=r"khong\.co"):
        people.token(["khong.co"])


def wait_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    later = moments.now() + timedelta(minutes=31)
    monkeypatch.setattr(moments, "now", lambda: later)


def sign_in_again(browser: Client, actor: people.ActorRef) -> None:
    fresh = people.client(actor)
    kept = browser.cookies.get(keeping.COOKIE)
    browser.cookies = fresh.cookies
    if kept is not None:
        browser.cookies[keeping.COOKIE] = kept.value


def test_what_was_written_when_the_session_ended_is_sent_after_signing_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    actor = people.person()
    browser = people.client(actor)
    wait_until_it_ends(monkeypatch)
    answer = browser.post("/ho-so/?trang=2", {"loi-khai": ["con tôi tên Ẫm", "thứ hai"]})
    assert answer.headers["Location"] == "/dang-nhap/?tiep=%2Fho-so%2F&het-phien=1"
    row = KeptForm.objects.get()
    assert "Ẫm".encode() not in bytes(row.body)
    assert "vẫn còn" in browser.get("/dang-nhap/?het-phien=1").content.decode()

    sign_in_again(browser, actor)
    page = browser.get("/dang-nhap/viet-tiep/").content.decode()
    assert 'action="/ho-so/?trang=2"' in page
    assert 'value="con tôi tên Ẫm"' in page
    sent = browser.post("/ho-so/?trang=2", {"loi-khai": ["con tôi tên Ẫm", "thứ hai"]})
    assert sent.content.decode() == "con tôi tên Ẫm|thứ hai"
    assert not KeptForm.objects.exists()
    assert browser.get("/dang-nhap/viet-tiep/").headers["Location"] == "/"


def test_a_kept_form_is_for_the_one_who_wrote_it_in_that_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = people.client(people.person())
    wait_until_it_ends(monkeypatch)
    browser.post("/ho-so/", {"loi-khai": "bí mật"})
    sign_in_again(browser, people.person())

    assert browser.get("/dang-nhap/viet-tiep/").status_code == 302
    assert Client().get("/dang-nhap/viet-tiep/").status_code == 302
    browser.cookies[keeping.COOKIE] = "hong.hong"
    assert browser.get("/dang-nhap/viet-tiep/").status_code == 302


def test_a_kept_form_is_dropped_on_wish_and_after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    actor = people.person()
    browser = people.client(actor)
    wait_until_it_ends(monkeypatch)
    browser.post("/ho-so/", {"loi-khai": "bỏ đi"})
    sign_in_again(browser, actor)
    later = moments.now() + timedelta(hours=25)
    browser_later = people.client(actor, at=later)
    browser_later.cookies[keeping.COOKIE] = browser.cookies[keeping.COOKIE].value
    with monkeypatch.context() as tomorrow:
        tomorrow.setattr(moments, "now", lambda: later)
        assert browser_later.get("/dang-nhap/viet-tiep/").headers["Location"] == "/"

    assert browser.post("/dang-nhap/viet-tiep/").headers["Location"] == "/ho-so/"
    assert not KeptForm.objects.exists()


def test_htmx_is_told_to_go_to_the_sign_in_page(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = people.client(people.person())
    wait_until_it_ends(monkeypatch)
    answer = browser.post("/ho-so/", {"loi-khai": "x"}, headers={"hx-request": "true"})

    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/dang-nhap/")
    assert KeptForm.objects.exists()


def test_a_rest_operation_declares_for_itself() -> None:
    class Operation:
        methods = ("POST",)
        view_func = staticmethod(for_machines)

    class Path:
        operations = [Operation()]

    def of(paths: Path) -> Callable[[HttpRequest], HttpResponse]:
        def view(request: HttpRequest) -> HttpResponse:
            return HttpResponse(str(paths))

        return view

    view = of(Path())
    doors = Doors(lambda request: HttpResponse())
    asked = access.declared(view, "POST")
    assert asked
    assert asked.act == "trial.unit"
    assert access.declared(view, "GET") is None
    assert doors.process_view(RequestFactory().get("/"), view, (), {}) is None
    shut = doors.process_view(RequestFactory().post("/"), view, (), {})
    assert shut
    assert shut.status_code == 401
