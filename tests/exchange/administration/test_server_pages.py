"""The server's page: named, keys made, certified, used and retired, rest; found from the first page."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from tests.exchange.administration.counting import cost
from tests.exchange.agreements.test_pages import words
from tests.exchange.evidence import trusted
from tests.exchange.operations.test_server import MEMBER, SERVER, anchor, given_for, kept
from tests.support import people
from tests.support.constraints import refused
from tests.support.people import AT
from tinhso.exchange.contracts import KeyUse
from tinhso.exchange.diagnosing import own_keys
from tinhso.exchange.diagnosing.own_keys import Revocation, Use
from tinhso.exchange.models import KeyRequest, ServerKey, State
from tinhso.exchange.operations import members, server
from tinhso.foundation import moments
from tinhso.foundation.refs import SYSTEM
from tinhso.identity.api import Role

pytestmark = pytest.mark.django_db
HOME = "/can-bo/truc/may-chu/"
DO = f"{HOME}lam/"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, settings: Settings) -> None:
    """A server with a name and a subsystem; its gateway does not run."""
    settings.EXCHANGE = replace(
        settings.EXCHANGE, keys=tmp_path / "keys", key_password="", port=1, operators_port=1
    )


@pytest.fixture
def named() -> None:
    server.name_server(server=SERVER, anchor=anchor(), by=SYSTEM, at=AT)
    members.register(
        identifier=f"{MEMBER}/TINHSO", member_name="UBND tỉnh An Giang", name="Tỉnh Số", by=SYSTEM, at=AT
    )


@pytest.fixture
def operator() -> Client:
    return people.client(people.officer(Role.ADMINISTRATOR))


def a_file(content: bytes, name: str = "tep.pem") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def asked_for(operator: Client, use: KeyUse, member: str) -> KeyRequest:
    sent = {"viec": "tao-khoa", "chu": f"{use}:{member}", "to-chuc": "UBND tỉnh An Giang", "loai": "ec"}
    assert operator.post(DO, sent)["Location"] == f"{HOME}#cho-chung-thu"
    return KeyRequest.objects.get(ended_at=None)


def certified(operator: Client, use: KeyUse, member: str, *, days: int = 3650) -> ServerKey:
    row = asked_for(operator, use, member)
    given = given_for(row.request, use, days=days)
    answer = operator.post(DO, {"viec": "nhap", "chung-thu": a_file(given)})
    key = ServerKey.objects.latest("id")
    assert answer["Location"] == f"{HOME}khoa/{key.id}/"
    return key


def test_the_server_gets_its_name_and_keeps_its_anchor_when_none_is_given(operator: Client) -> None:
    assert "Chưa đặt tên" in words(operator.get(HOME))
    sent = {"viec": "ten", "may-chu": SERVER}
    without = operator.post(DO, sent)
    assert (without.status_code, "Chọn tệp neo" in words(without)) == (422, True)
    neo = anchor()
    given = a_file(json.dumps(neo).encode(), "neo.json")
    assert operator.post(DO, {**sent, "neo": given})["Location"] == HOME
    assert operator.post(DO, {"viec": "ten", "may-chu": f"{MEMBER}/AG2"}).status_code == 302

    assert (State.objects.get().server, State.objects.get().anchor) == (f"{MEMBER}/AG2", neo)
    bad = operator.post(DO, {"viec": "ten", "may-chu": "AG2"})
    assert (bad.status_code, "bốn phần" in words(bad)) == (422, True)


@pytest.mark.parametrize(("use", "member"), [(KeyUse.TLS, SERVER), (KeyUse.SIGNING, MEMBER)])
def test_a_key_is_made_certified_used_and_retired(
    operator: Client, named: None, use: KeyUse, member: str
) -> None:
    row = asked_for(operator, use, member)
    page = words(operator.get(HOME))
    assert "Khóa chờ chứng thư" in page
    assert "Chưa có khóa nào đang dùng cho" in page
    request = operator.get(f"{HOME}yeu-cau/{row.id}/")
    assert x509.load_pem_x509_csr(request.content).is_signature_valid
    assert "attachment" in request["Content-Disposition"]

    answer = operator.post(DO, {"viec": "nhap", "chung-thu": a_file(given_for(row.request, use))})
    key = ServerKey.objects.get()
    one = f"{HOME}khoa/{key.id}/"
    assert answer["Location"] == one
    assert "Khóa chờ chứng thư" not in words(operator.get(HOME))
    assert operator.get(f"{HOME}yeu-cau/{row.id}/").status_code == 404
    assert (not key.active, "Dùng từ bây giờ" in words(operator.get(one))) == (True, True)
    assert operator.post(f"{one}lam/", {"viec": "dung"})["Location"] == one
    key.refresh_from_db()
    assert (key.active, "Thôi dùng khóa này" in words(operator.get(one))) == (True, True)
    pem = operator.get(f"{one}chung-thu/").content
    assert x509.load_pem_x509_certificate(pem).serial_number == 7
    assert operator.post(f"{one}lam/", {"viec": "thoi"}).status_code == 302
    assert not ServerKey.objects.filter(active=True).exists()
    assert operator.post(f"{one}lam/", {"viec": "bay"}).status_code == 404


def test_a_waiting_key_is_destroyed_with_its_file(
    operator: Client, named: None, django_capture_on_commit_callbacks: object
) -> None:
    row = asked_for(operator, KeyUse.TLS, SERVER)
    assert Path(row.reference).exists()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert operator.post(DO, {"viec": "bo", "cua": str(row.id)})["Location"] == HOME
    assert not Path(row.reference).exists()
    assert operator.post(DO, {"viec": "bo", "cua": str(row.id)}).status_code == 404
    given = a_file(given_for(row.request, KeyUse.TLS))
    late = operator.post(DO, {"viec": "nhap", "chung-thu": given})
    assert (late.status_code, "không của khóa nào" in words(late)) == (422, True)


def test_a_key_from_elsewhere_comes_with_its_certificate_and_only_for_our_members(
    operator: Client, named: None
) -> None:
    key = trusted.key_of("ec", "elsewhere")
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    asked = server.certificates.request(use=KeyUse.SIGNING, member=MEMBER, name="UBND", key=key)  # type: ignore[arg-type]
    foreign = server.certificates.request(use=KeyUse.SIGNING, member="VN-DEMO/GOV/H02", name="x", key=key)  # type: ignore[arg-type]
    other = trusted.key_of("ec", "another").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sent(request: str, given: bytes, **more: str) -> tuple[int, str]:
        certificate = a_file(given_for(request, KeyUse.SIGNING))
        files = {"khoa": a_file(given)} if given else {}
        answer = operator.post(DO, {"viec": "nhap", "chung-thu": certificate, **files, **more})
        return answer.status_code, words(answer) if answer.status_code != 302 else ""

    assert "không phải máy chủ này" in sent(foreign, pem)[1]
    assert "Hãy chọn đúng tệp khóa" in sent(asked, other)[1]
    assert "pkcs11:" in sent(asked, b"", **{"thiet-bi": "/dev/x"})[1]
    assert not ServerKey.objects.exists()
    assert sent(asked, pem)[0] == 302
    assert Path(ServerKey.objects.get().reference).read_bytes().startswith(b"-----BEGIN PRIVATE KEY")
    assert sent(asked, b"", **{"thiet-bi": "pkcs11:token=truc;object=ky"})[0] == 302
    assert ServerKey.objects.latest("id").reference == "pkcs11:token=truc;object=ky"


def test_nothing_is_taken_without_what_it_needs(operator: Client, named: None) -> None:
    for sent, said in (
        ({"viec": "nhap"}, "Chọn tệp chứng thư"),
        ({"viec": "nhap", "chung-thu": a_file(b"x")}, "Không đọc được chứng thư"),
        ({"viec": "nhap", "chung-thu": a_file(b"x" * 300_000)}, "không quá 256 KB"),
        ({"viec": "tao-khoa", "chu": "signing:VN-DEMO/GOV/H02", "to-chuc": "x"}, "Chọn khóa dùng để làm gì"),
        ({"viec": "tao-khoa", "chu": f"tls:{SERVER}", "to-chuc": " "}, "Hãy ghi tên tổ chức"),
        ({"viec": "bao-duong", "loi-bao": " "}, "Hãy ghi lời báo"),
        ({"viec": "ten", "may-chu": SERVER, "neo": a_file(b"[]")}, "Chọn tệp neo"),
    ):
        answer = operator.post(DO, sent)
        assert (answer.status_code, said in words(answer)) == (422, True), said
    assert operator.post(DO, {"viec": "bay"}).status_code == 404
    assert not KeyRequest.objects.exists()


def test_the_server_rests_with_a_sentence_and_serves_again(operator: Client, named: None) -> None:
    operator.post(DO, {"viec": "bao-duong", "loi-bao": "Nâng cấp đến 22:00"})
    assert State.objects.get().maintenance == "Nâng cấp đến 22:00"
    assert "Nâng cấp đến 22:00" in words(operator.get(HOME))
    operator.post(DO, {"viec": "het-bao-duong"})
    assert State.objects.get().maintenance == ""


def test_what_the_gateway_says_of_revocation_stands_at_each_key(
    operator: Client, named: None, settings: Settings
) -> None:
    key = certified(operator, KeyUse.TLS, SERVER)
    operator.post(f"{HOME}khoa/{key.id}/lam/", {"viec": "dung"})
    said = {"serial": "7", "own": True, "asked_at": "2026-11-29T01:00:00+00:00", "trouble": ""}
    for more, wanted in (
        ({}, Revocation.GOOD),
        ({"revoked_at": "2026-11-28T01:00:00+00:00"}, Revocation.REVOKED),
        ({"trouble": "OCSP at http://x: refused"}, Revocation.UNHEARD),
        ({"own": False}, Revocation.UNASKED),
    ):
        with Saying({"ready": True, "revision": 3, "certificates": [said | more]}, settings):
            told = own_keys.health()
            (one,) = own_keys.standings(
                ServerKey.objects.all(), told=told, known=None, server=SERVER, at=moments.now()
            )
            assert (one.revocation, one.use) == (wanted, Use.USED)
            page = words(operator.get(f"{HOME}khoa/{key.id}/"))
            assert str({"good": "Còn hiệu lực", "revoked": "Đã bị thu hồi"}.get(wanted, "")) in page
    assert own_keys.health() is None
    assert "Máy chủ trục không trả lời" in words(operator.get(HOME))


class Saying:
    """A gateway that says this of its health."""

    def __init__(self, said: dict[str, object], settings: Settings) -> None:
        body = json.dumps(said).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.settings = settings
        self.before = settings.EXCHANGE

    def __enter__(self) -> None:
        Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.settings.EXCHANGE = replace(
            self.before, operators_host="127.0.0.1", operators_port=self.server.server_port
        )

    def __exit__(self, *_fault: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.settings.EXCHANGE = self.before


def test_how_long_a_key_serves_and_whether_it_is_used() -> None:
    now = datetime.now(UTC)
    certificate = base64.b64encode(
        trusted.certificate(trusted.named("A"), trusted.key_of("ec", "a"), None).der
    )
    of = {"certificates": [certificate.decode()], "not_before": now - timedelta(days=900)}
    rows = [
        kept(**of, active=True, not_after=now + timedelta(days=61)),
        kept(**of, active=True, member="B", not_after=now + timedelta(days=59)),
        kept(**of, not_after=now + timedelta(days=59)),
        kept(**of, active=True, member="C", not_after=now),
    ]
    found = own_keys.standings(rows, told=None, known=None, server=SERVER, at=now)
    assert [one.use for one in found] == [Use.USED, Use.ENDS, Use.IDLE, Use.OVER]


def test_old_keys_are_paged_and_cost_no_more_queries(operator: Client, named: None) -> None:
    key = certified(operator, KeyUse.TLS, SERVER)

    few = cost(operator, HOME)
    for number in range(25):
        kept(
            certificates=key.certificates,
            reference=str(number),
            not_before=key.not_before,
            not_after=key.not_after,
        )
    assert cost(operator, HOME) == few
    page = operator.get(HOME)
    more = page.context["next"]
    assert (len(page.context["keys"]), len(operator.get(more).context["keys"])) == (20, 6)


def test_the_database_refuses_a_request_that_is_none(operator: Client, named: None) -> None:
    row = asked_for(operator, KeyUse.TLS, SERVER)
    rows = KeyRequest.objects.filter(id=row.id)
    refused("key_request_known_use", lambda: rows.update(use="other"))
    refused("key_request_is_pem", lambda: rows.update(request="x"))
    refused("key_request_ends_after_it_was_made", lambda: rows.update(ended_at=AT))
