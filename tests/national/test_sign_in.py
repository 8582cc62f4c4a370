"""The national e-ID gives sign-in to those who ask exactly right, and to nobody else."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

from national.visitor import Lost, Visitor
from tests.national.conftest import LOGGED_OUT, RETURN, SECRET

CLIENT = ("tinhso-demo", "tinhso-demo-secret")
VERIFIER = "v" * 43
FISHERMAN, STUDENT, COMPANY = "TD-0001", "TD-0005", "TC-0001"


def challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def asked(**changes: str | None) -> dict[str, str]:
    query: dict[str, str | None] = {
        "response_type": "code",
        "client_id": "tinhso-demo",
        "redirect_uri": RETURN,
        "scope": "openid",
        "state": "the-state",
        "nonce": "the-nonce",
        "acr_values": "2",
        "code_challenge": challenge(VERIFIER),
        "code_challenge_method": "S256",
    } | changes
    return {name: value for name, value in query.items() if value is not None}


def address(web: httpx.Client, **changes: str | None) -> str:
    return f"{web.base_url}/oidc/authorize?{urlencode(asked(**changes))}"


def told(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def code_for(web: httpx.Client, person: str = FISHERMAN, **changes: str | None) -> str:
    return told(Visitor().sign_in(address(web, **changes), tech_id=person))["code"]


def redeem(web: httpx.Client, given: str, /, **changes: str | None) -> httpx.Response:
    body: dict[str, str | None] = {
        "grant_type": "authorization_code",
        "code": given,
        "redirect_uri": RETURN,
        "code_verifier": VERIFIER,
    } | changes
    return web.post("/oidc/token", data={k: v for k, v in body.items() if v is not None}, auth=CLIENT)


def claims_of(web: httpx.Client, token: str) -> dict[str, Any]:
    keys = KeySet.import_key_set(web.get("/oidc/jwks").json())
    return jwt.decode(token, keys, algorithms=["RS256"]).claims


def fault(web: httpx.Client, **switch: object) -> None:
    assert web.post("/_fault", json=switch, headers=SECRET).status_code == 200


def test_a_person_signs_in_and_the_service_learns_who_it_is(web: httpx.Client) -> None:
    back = Visitor().sign_in(address(web), tech_id=FISHERMAN)
    assert back.startswith(RETURN + "?")
    assert told(back)["state"] == "the-state"
    assert told(back)["iss"] == f"{web.base_url}/oidc".replace("//oidc", "/oidc")
    answer = redeem(web, told(back)["code"])
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    tokens = answer.json()
    claims = claims_of(web, tokens["id_token"])
    now = time.time()
    assert claims["iss"] == web.get("/oidc/.well-known/openid-configuration").json()["issuer"]
    assert (claims["sub"], claims["aud"], claims["nonce"]) == (FISHERMAN, "tinhso-demo", "the-nonce")
    assert claims["acr"] == "2"
    assert now - 10 <= claims["auth_time"] <= claims["iat"] <= now + 1 < claims["exp"]
    half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    who = web.get("/oidc/userinfo", headers={"authorization": f"Bearer {tokens['access_token']}"}).json()
    assert who["TechID"] == who["sub"] == FISHERMAN
    assert who["full_name"] == "Nguyễn Văn Biển"
    assert (who["id_number"], who["account_type"]) == ("091078004512", "person")


def test_a_request_may_be_posted_but_no_less_strictly(web: httpx.Client) -> None:
    answer = web.post("/oidc/authorize", data=asked())
    assert (answer.status_code, "/oidc/sign-in" in answer.headers["location"]) == (303, True)
    assert web.post("/oidc/authorize", data=asked(redirect_uri="https://evil.example/")).status_code == 400


def test_a_duplicated_token_request_loses_its_token(web: httpx.Client) -> None:
    code = code_for(web)
    fault(web, service="oidc", mode="duplicate", path="/oidc/token", times=1)
    assert redeem(web, code).json()["error"] == "invalid_grant"


def test_a_signed_in_person_is_shown_so_and_passes_without_a_second_code(web: httpx.Client) -> None:
    visitor = Visitor()
    visitor.sign_in(address(web), tech_id=FISHERMAN)
    _, target, _ = visitor.step(address(web))
    assert "Đang đăng nhập ở máy này" in visitor.step(target)[2]
    page, visit = target.split("?visit=")
    assert "code" in told(visitor.step(page, visit=visit, person=FISHERMAN)[1])
    _, again, _ = visitor.step(address(web, prompt="login"))
    page, visit = again.split("?visit=")
    assert "/oidc/confirm" in visitor.step(page, visit=visit, person=FISHERMAN)[1]


def test_an_organisation_account_carries_its_tax_code(web: httpx.Client) -> None:
    token = redeem(web, code_for(web, COMPANY)).json()["access_token"]
    who = web.get("/oidc/userinfo", headers={"authorization": f"Bearer {token}"}).json()
    assert who["account_type"] == "org"
    assert len(who["org_tax_code"]) == 10


def test_a_typed_number_with_spaces_finds_its_person(web: httpx.Client) -> None:
    visitor = Visitor()
    _, target, _ = visitor.step(address(web))
    page, visit = target.split("?visit=")
    status, target, _ = visitor.step(page, visit=visit, id_number="091 078 004512")
    assert status == 303
    assert "/oidc/confirm" in target


@pytest.mark.parametrize("typed", ["", "12345", "091078004513"])
def test_a_wrong_number_is_refused_with_a_sentence(web: httpx.Client, typed: str) -> None:
    visitor = Visitor()
    _, target, _ = visitor.step(address(web))
    page, visit = target.split("?visit=")
    status, _, body = visitor.step(page, visit=visit, id_number=typed)
    assert status == 422
    assert 'role="alert"' in body


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "stranger"},
        {"client_id": None},
        {"redirect_uri": RETURN + "x"},
        {"redirect_uri": RETURN.rstrip("/")},
        {"redirect_uri": RETURN + "?next=/"},
        {"redirect_uri": RETURN.replace("http:", "https:")},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": None},
    ],
)
def test_an_unregistered_client_or_address_is_never_redirected_to(
    web: httpx.Client, changes: dict[str, str | None]
) -> None:
    answer = web.get("/oidc/authorize", params=asked(**changes))
    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"state": None}, "invalid_request"),
        ({"state": "s" * 513}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"acr_values": "3"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "dance"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"request": "eyJ"}, "request_not_supported"),
        ({"request_uri": "https://a.example"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_a_sloppy_request_is_told_what_is_wrong(
    web: httpx.Client, changes: dict[str, str | None], error: str
) -> None:
    answer = web.get("/oidc/authorize", params=asked(**changes))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(RETURN + "?")
    assert told(answer.headers["location"])["error"] == error
    assert "code" not in told(answer.headers["location"])


def test_a_parameter_given_twice_is_refused(web: httpx.Client) -> None:
    answer = web.get(address(web) + "&nonce=another")
    assert told(answer.headers["location"])["error"] == "invalid_request"
    assert web.get(address(web) + "&redirect_uri=" + RETURN).status_code == 400


def test_a_level_1_account_is_not_enough_where_2_is_asked(web: httpx.Client) -> None:
    with pytest.raises(Lost, match="mức độ 2"):
        Visitor().sign_in(address(web), tech_id=STUDENT)
    visitor = Visitor()
    _, target, _ = visitor.step(address(web))
    page, visit = target.split("?visit=")
    visitor.step(page, visit=visit, person=STUDENT)
    assert visitor.step(target.replace("sign-in", "confirm"))[0] == 400
    _, back, _ = visitor.step(page, visit=visit, decision="cancel")
    assert told(back)["error"] == "unmet_authentication_requirements"


def test_a_level_1_account_signs_in_where_1_is_enough_and_is_named_so(web: httpx.Client) -> None:
    tokens = redeem(web, code_for(web, STUDENT, acr_values="2 1")).json()
    assert claims_of(web, tokens["id_token"])["acr"] == "1"


def test_turning_back_is_told_as_access_denied(web: httpx.Client) -> None:
    assert told(Visitor().refuse(address(web)))["error"] == "access_denied"


def test_five_wrong_codes_end_the_sign_in(web: httpx.Client) -> None:
    visitor = Visitor()
    _, target, _ = visitor.step(address(web))
    page, visit = target.split("?visit=")
    visitor.step(page, visit=visit, person=FISHERMAN)
    confirm = page.replace("sign-in", "confirm")
    for _ in range(4):
        status, _, body = visitor.step(confirm, visit=visit, code="000000", decision="agree")
        assert (status, 'role="alert"' in body) == (422, True)
    _, back, _ = visitor.step(confirm, visit=visit, code="000000", decision="agree")
    assert told(back)["error"] == "access_denied"
    assert visitor.step(confirm, visit=visit, code="123456", decision="agree")[0] == 400


def test_another_browser_cannot_carry_on_a_sign_in(web: httpx.Client) -> None:
    _, target, _ = Visitor().step(address(web))
    page, visit = target.split("?visit=")
    assert Visitor().step(page, visit=visit, person=FISHERMAN)[0] == 400


def test_confirming_before_choosing_is_refused(web: httpx.Client) -> None:
    visitor = Visitor()
    _, target, _ = visitor.step(address(web))
    page, visit = target.split("?visit=")
    confirm = page.replace("sign-in", "confirm")
    assert visitor.step(confirm, visit=visit, code="123456", decision="agree")[0] == 400


def test_a_code_works_once_and_its_second_use_revokes_the_token(web: httpx.Client) -> None:
    code = code_for(web)
    token = redeem(web, code).json()["access_token"]
    bearer = {"authorization": f"Bearer {token}"}
    assert web.get("/oidc/userinfo", headers=bearer).status_code == 200
    again = redeem(web, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert web.get("/oidc/userinfo", headers=bearer).status_code == 401


def test_a_code_dies_after_a_minute(web: httpx.Client) -> None:
    code = code_for(web)
    fault(web, service="oidc", mode="clock_skew", seconds=61)
    assert redeem(web, code).json()["error"] == "invalid_grant"


def test_an_access_token_dies_after_a_quarter_of_an_hour(web: httpx.Client) -> None:
    bearer = {"authorization": f"Bearer {redeem(web, code_for(web)).json()['access_token']}"}
    fault(web, service="oidc", mode="clock_skew", seconds=901)
    assert web.get("/oidc/userinfo", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirect_uri": "http://localhost:8000/dang-nhap/tra-ve/"}, "invalid_grant"),
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": "short"}, "invalid_grant"),
        ({"code": "unknown"}, "invalid_grant"),
        ({"code": None}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"code_verifier": None}, "invalid_request"),
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "unsupported_grant_type"),
        ({"client_id": "other"}, "invalid_request"),
        ({"client_secret": "tinhso-demo-secret"}, "invalid_request"),
    ],
)
def test_a_wrong_token_request_is_refused(
    web: httpx.Client, changes: dict[str, str | None], error: str
) -> None:
    answer = redeem(web, code_for(web), **changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


@pytest.mark.parametrize(
    "header",
    [
        "Basic " + base64.b64encode(b"tinhso-demo:wrong").decode(),
        "Basic " + base64.b64encode(b"stranger:tinhso-demo-secret").decode(),
        "Basic !!",
        "Bearer x",
        "",
    ],
)
def test_a_client_that_cannot_prove_itself_gets_401(web: httpx.Client, header: str) -> None:
    answer = web.post(
        "/oidc/token",
        data={"grant_type": "authorization_code"},
        headers={"authorization": header} if header else {},
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert "www-authenticate" in answer.headers


def test_the_secret_may_be_posted_instead(web: httpx.Client) -> None:
    answer = web.post(
        "/oidc/token",
        data={
            "grant_type": "authorization_code",
            "code": code_for(web),
            "redirect_uri": RETURN,
            "code_verifier": VERIFIER,
            "client_id": CLIENT[0],
            "client_secret": CLIENT[1],
        },
    )
    assert answer.status_code == 200


def test_the_token_endpoint_reads_only_a_posted_form(web: httpx.Client) -> None:
    assert web.get("/oidc/token").status_code == 405
    assert web.post("/oidc/token", json={}, auth=CLIENT).json()["error"] == "invalid_request"
    body = b"grant_type=authorization_code&grant_type=authorization_code"
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert (
        web.post("/oidc/token", content=body, headers=form, auth=CLIENT).json()["error"] == "invalid_request"
    )
    asked_in_url = web.post("/oidc/token?code=1", data={"grant_type": "x"}, auth=CLIENT)
    assert asked_in_url.json()["error"] == "invalid_request"


@pytest.mark.parametrize("header", ["", "Bearer unknown", "Basic abc"])
def test_userinfo_opens_only_to_a_living_token(web: httpx.Client, header: str) -> None:
    answer = web.get("/oidc/userinfo", headers={"authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_second_service_visit_goes_through_silently_until_signed_out(web: httpx.Client) -> None:
    visitor = Visitor()
    back = visitor.sign_in(address(web), tech_id=FISHERMAN)
    tokens = redeem(web, told(back)["code"]).json()
    _, silent, _ = visitor.step(address(web, prompt="none", state=secrets.token_hex(8)))
    assert "code" in told(silent)
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    query = urlencode(
        {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": LOGGED_OUT, "state": "bye"}
    )
    status, target, _ = visitor.step(f"{web.base_url}/oidc/end_session?{query}")
    assert (status, target) == (303, LOGGED_OUT + "?state=bye")
    assert web.get("/oidc/userinfo", headers=bearer).status_code == 401
    _, after, _ = visitor.step(address(web, prompt="none"))
    assert told(after)["error"] == "login_required"


def test_max_age_asks_again_and_the_moment_of_proof_is_told(web: httpx.Client) -> None:
    visitor = Visitor()
    visitor.sign_in(address(web), tech_id=FISHERMAN)
    fault(web, service="oidc", mode="clock_skew", seconds=100)
    _, old, _ = visitor.step(address(web, prompt="none", max_age="60"))
    assert told(old)["error"] == "login_required"
    _, young, _ = visitor.step(address(web, prompt="none", max_age="600"))
    claims = claims_of(web, redeem(web, told(young)["code"]).json()["id_token"])
    assert claims["iat"] - claims["auth_time"] >= 100


@pytest.mark.parametrize(
    "query",
    [
        {"post_logout_redirect_uri": "https://evil.example/", "client_id": "tinhso-demo"},
        {"post_logout_redirect_uri": LOGGED_OUT},
        {"client_id": "stranger"},
        {"id_token_hint": "a.b.c", "post_logout_redirect_uri": LOGGED_OUT},
    ],
)
def test_sign_out_goes_back_only_to_a_registered_address(web: httpx.Client, query: dict[str, str]) -> None:
    answer = web.get("/oidc/end_session", params=query)
    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_faults_spoil_the_id_token(web: httpx.Client) -> None:
    fault(web, service="oidc", mode="wrong_nonce", times=1)
    assert claims_of(web, redeem(web, code_for(web)).json()["id_token"])["nonce"] != "the-nonce"
    assert claims_of(web, redeem(web, code_for(web)).json()["id_token"])["nonce"] == "the-nonce"
    fault(web, service="oidc", mode="wrong_signature", times=1)
    forged = redeem(web, code_for(web)).json()["id_token"]
    with pytest.raises(BadSignatureError):
        claims_of(web, forged)
    fault(web, service="oidc", mode="clock_skew", seconds=-7200)
    assert claims_of(web, redeem(web, code_for(web)).json()["id_token"])["exp"] < time.time()


def test_pages_allow_no_script_and_no_other_host(web: httpx.Client) -> None:
    visitor = Visitor()
    _, target, _ = visitor.step(address(web))
    for path in ("/", target):
        answer = web.get(path)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "Môi trường thử" in answer.text
        assert "<script" not in answer.text
