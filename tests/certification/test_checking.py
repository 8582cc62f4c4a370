"""Anyone checks a paper by its code or its file: in plain words, naming no person, within bounds."""

from __future__ import annotations

import hashlib
import random
import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from national.serve import Running
from tests.certification.place import commune_office, owner_of
from tests.certification.test_copies import certified
from tests.support.office import Office
from tests.support.signing import equip
from tinhso.certification.contracts import Standing
from tinhso.certification.models import CertifiedCopy, Check
from tinhso.certification.operations import ending
from tinhso.certification.queries import checking
from tinhso.foundation import files, legal, moments, paper
from tinhso.foundation import signing as foundation_signing
from tinhso.foundation.files.models import KeptFile
from tinhso.foundation.refs import SYSTEM
from tinhso.foundation.signing import confined
from tinhso.foundation.signing.errors import UnreadableDocument
from tinhso.vault import api as vault

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(can_sign: Running) -> Office:
    made = commune_office()
    equip(made, can_sign)
    return made


@pytest.fixture
def copy(place: Office) -> CertifiedCopy:
    return CertifiedCopy.objects.get(id=certified(place))


def content(copy: CertifiedCopy) -> bytes:
    assert copy.sealed_file is not None
    return files.read(copy.sealed_file)


def send(pdf: bytes, path: str = "/kiem-tra/") -> HttpResponse:
    return Client().post(path, {"tep": SimpleUploadedFile("giay-to.pdf", pdf)})


def shown(answer: HttpResponse) -> str:
    return answer.content.decode()


def plain(words: str = "Giấy viết tay") -> bytes:
    return paper.render(template="letter", data={"agency": "Nhà", "body": [words]})


def test_the_code_says_what_it_is_who_certified_when_and_its_number_but_no_person(
    copy: CertifiedCopy,
) -> None:
    page = shown(Client().get(f"/kiem-tra/{copy.code}/"))
    for words in ("Còn giá trị", "Bằng tốt nghiệp đại học", "Nguyễn Văn An", "-SCT/BS", "UBND phường Thử"):
        assert words in page
    assert copy.requester not in page
    assert str(copy.owner_id) not in page


def test_a_code_is_read_in_any_grouping(copy: CertifiedCopy) -> None:
    typed = " ".join((copy.code[:4].lower(), copy.code[4:8], copy.code[8:]))
    answer = Client().get("/kiem-tra/", {"ma": typed})
    assert answer["Location"] == f"/kiem-tra/{copy.code}/"
    assert Client().get(answer["Location"]).status_code == 200


def test_a_revoked_copy_says_so_with_its_ground(copy: CertifiedCopy, place: Office) -> None:
    ending.revoke(copy_id=copy.id, ground="Bản chính là giả", by=place.leader, at=moments.now())
    for answer in (Client().get(f"/kiem-tra/{copy.code}/"), send(content(copy))):
        assert "Đã bị thu hồi" in shown(answer)
        assert "Bản chính là giả" in shown(answer)


def test_an_unknown_code_says_so_and_guessing_is_slowed(copy: CertifiedCopy) -> None:
    browser = Client()
    first = browser.get("/kiem-tra/AAAABBBBCCCC/")
    assert first.status_code == 404
    assert "Không có bản sao chứng thực nào mang mã này" in shown(first)
    most = legal.integer("certification_checks_code", on=moments.today(moments.now()))
    for number in range(most - 1):
        browser.get(f"/kiem-tra/AAAABBBB{number:04d}/")
    assert browser.get(f"/kiem-tra/{copy.code}/").status_code == 429, "even a right code waits now"
    other = Client(REMOTE_ADDR="203.0.113.9")
    assert other.get(f"/kiem-tra/{copy.code}/").status_code == 200


def test_looking_at_a_code_that_exists_counts_for_nothing(copy: CertifiedCopy) -> None:
    for _time in range(3):
        Client().get(f"/kiem-tra/{copy.code}/")
    assert not Check.objects.exists()


@pytest.mark.parametrize("code", ["<script>", "%F0%9F%98%80", "a" * 300, "%00", "..%2F"])
def test_a_strange_code_is_unknown(code: str) -> None:
    assert Client().get(f"/kiem-tra/{code}/").status_code in (400, 404)


def test_the_file_itself_is_known_and_not_kept(copy: CertifiedCopy) -> None:
    before = KeptFile.objects.count()
    page = shown(send(content(copy)))
    assert "Còn giá trị" in page
    assert "tất cả đều hợp lệ" in page or "hợp lệ và chưa bị thu hồi khi ký" in page
    assert copy.requester not in page
    assert KeptFile.objects.count() == before


def test_a_result_in_a_vault_is_known_by_its_file(place: Office, copy: CertifiedCopy) -> None:
    issued = plain("Giấy khai sinh")
    stored = files.keep(issued, name="a.pdf", by=SYSTEM, at=moments.now())
    document = vault.keep(
        owner=owner_of(place), file_id=stored.id, sha256=stored.sha256, kind="giay-khai-sinh",
        title="Giấy khai sinh", number="05", issuer="UBND phường Thử", source=vault.Source.ISSUED,
        at=moments.now(),
    )  # fmt: skip
    assert "Còn giá trị" in shown(send(issued))
    vault.revoke(document_id=document, ground="Cấp sai thẩm quyền", by=place.leader, at=moments.now())
    page = shown(send(issued))
    assert "Đã bị thu hồi" in page
    assert "Cấp sai thẩm quyền" in page


def test_ones_own_upload_is_not_taken_for_a_paper_of_an_agency(place: Office) -> None:
    own = plain("Tự viết")
    stored = files.receive(own, name="a.pdf", by=place.citizen, at=moments.now())
    vault.keep_upload(
        owner=owner_of(place), file_id=stored.id, kind="giay-khai-sinh", by=place.citizen, at=moments.now()
    )
    assert "Không có trong sổ của tỉnh" in shown(send(own))


def test_a_changed_byte_is_seen(copy: CertifiedCopy) -> None:
    sealed = content(copy)
    at = sealed.index(b"/Title") if b"/Title" in sealed else 2000
    changed = bytearray(sealed)
    changed[at + 12] ^= 1
    assert checking.check_file(bytes(changed), address="::1", at=moments.now()).standing is Standing.ALTERED
    assert "Đã bị sửa" in shown(send(bytes(changed)))


def test_a_page_added_after_the_seal_is_seen(copy: CertifiedCopy) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(content(copy))) as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    assert checking.check_file(out.getvalue(), address="::1", at=moments.now()).standing is Standing.ALTERED


def test_another_file_held_against_a_code_is_refused(copy: CertifiedCopy) -> None:
    page = shown(send(plain(), f"/kiem-tra/{copy.code}/"))
    assert "Đã bị sửa" in page
    assert "Còn giá trị" in shown(send(content(copy), f"/kiem-tra/{copy.code}/"))


def test_a_signature_by_nobody_we_trust_is_not_believed(
    copy: CertifiedCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = content(copy) + b"\n"
    nobody = foundation_signing.Trust((), revocations=foundation_signing.HttpRevocations())
    monkeypatch.setattr(foundation_signing.trusted, "_bound", nobody)
    found = checking.check_file(sealed, address="::1", at=moments.now()).standing
    assert found in (Standing.UNTRUSTED, Standing.ALTERED)


def test_a_pdf_without_signatures_and_what_is_no_pdf() -> None:
    at = moments.now()
    assert checking.check_file(plain(), address="::1", at=at).standing is Standing.UNKNOWN
    for junk in (b"MZ\x90\x00", b"%PDF-1.7\nrubbish", b"\xff\xd8\xff\xe0", b"PK\x03\x04"):
        assert checking.check_file(junk, address="::1", at=at).standing is Standing.UNREADABLE


def test_nothing_chosen_too_large_and_too_many() -> None:
    assert Client().post("/kiem-tra/", {}).status_code == 422
    assert Client().post("/kiem-tra/", {"tep": "not a file"}).status_code == 422
    most = legal.integer("certification_check_bytes", on=moments.today(moments.now()))
    assert send(b"%PDF-1.7" + b"0" * most).status_code == 422
    allowed = legal.integer("certification_checks_file", on=moments.today(moments.now()))
    for _time in range(allowed):
        assert send(b"junk").status_code == 200
    assert send(b"junk").status_code == 429


def bomb() -> bytes:
    """A page of many gigabytes once unpacked."""
    packed = zlib.compress(zlib.compress(b"0" * 200_000_000, 9), 9)
    head = b"<< /Type /ObjStm /N 9999999 /First 99999999 /Filter [/FlateDecode /FlateDecode] /Length %d >>"
    body = b"%PDF-1.7\n1 0 obj\n" + head % len(packed) + b"\nstream\n" + packed + b"\nendstream\nendobj\n"
    return body + b"trailer << /Root 1 0 R /Size 2 >>\nstartxref\n9\n%%EOF"


def circle() -> bytes:
    """A table of references that points at itself."""
    return (
        b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer << /Root 1 0 R /Size 1 /Prev 9 >>\n"
        b"startxref\n9\n%%EOF"
    )


@pytest.mark.parametrize("make", [bomb, circle])
def test_a_hostile_pdf_ends_within_its_bounds(make: Callable[[], bytes]) -> None:
    found = checking.check_file(make(), address="::1", at=moments.now())
    assert found.standing in (Standing.UNREADABLE, Standing.UNKNOWN)


def test_a_reader_that_never_comes_back_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "START", "import time; time.sleep(60)")
    monkeypatch.setattr(confined, "WALL_SECONDS", 0.5)
    with pytest.raises(UnreadableDocument):
        confined.verify_confined(plain(), roots=(), at=moments.now())


def test_a_reader_that_eats_memory_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    hungry = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29));"
        " print(len(bytearray(2**30)))"
    )
    monkeypatch.setattr(confined, "START", hungry)
    with pytest.raises(UnreadableDocument):
        confined.verify_confined(plain(), roots=(), at=moments.now())


def test_the_confined_reader_says_what_the_open_one_says(copy: CertifiedCopy) -> None:
    at, roots, sealed = moments.now(), foundation_signing.trusted().roots, content(copy)
    assert confined.verify_confined(sealed, roots=roots, at=at) == foundation_signing.verify(
        sealed, roots=roots, at=at
    )


def test_cut_and_mixed_copies_never_pass_for_whole(copy: CertifiedCopy) -> None:
    """Many broken forms of a real sealed file, read without the process so that many can be tried."""
    sealed, roots, at = content(copy), foundation_signing.trusted().roots, moments.now()
    chance = random.Random(766)
    for _time in range(150):
        broken = bytearray(sealed)
        kind = chance.randrange(3)
        if kind == 0:
            for _byte in range(chance.randrange(1, 40)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
        elif kind == 1:
            del broken[chance.randrange(len(broken)) :]
        else:
            at_ = chance.randrange(len(broken))
            broken[at_:at_] = bytes(chance.randrange(256) for _byte in range(20))
        if hashlib.sha256(broken).digest() == hashlib.sha256(sealed).digest():
            continue
        try:
            report = foundation_signing.verify(bytes(broken), roots=roots, at=at)
        except UnreadableDocument:
            continue
        whole = report.sound and len(report.signatures) == 2
        assert not whole or bytes(broken).startswith(sealed[: len(sealed) - 64])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_any_bytes_get_an_answer(junk: bytes) -> None:
    Check.objects.all().delete()
    answer = send(b"%PDF-1.7\n" + junk)
    assert answer.status_code == 200
    assert "Chữ ký hợp lệ" not in shown(answer)
    assert "Còn giá trị" not in shown(answer)
