"""Signed packages: a stranger's province can check them, and every way they can lie is named."""

from __future__ import annotations

import contextlib
import hashlib
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.studio.packing import OWN, SIGNED_AT, Province, sheaves
from tests.support import people
from tests.support.pki import Authority
from tinhso.foundation import moments, signing
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.procedures.demo import files as demo_files
from tinhso.studio import api as studio
from tinhso.studio.contracts import PartName
from tinhso.studio.files import archives, package
from tinhso.studio.models import Arrival
from tinhso.studio.operations import sharing
from tinhso.studio.operations.drafts import begin

CODE = "1.001193"


@pytest.fixture
def province(db: None, monkeypatch: pytest.MonkeyPatch) -> Province:
    monkeypatch.setattr(moments, "now", lambda: SIGNED_AT)
    return Province(monkeypatch)


@pytest.fixture
def packed(province: Province) -> bytes:
    sheaf = next(one for one in sheaves() if one.code == CODE)
    return sharing.sealed(sheaf, number=3, by=SYSTEM, at=SIGNED_AT).content


def _take(content: bytes) -> Arrival:
    return sharing.arrival(sharing.take_in(content, by=SYSTEM, at=SIGNED_AT))


def _refused(content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        _take(content)
    return refused.value.message


def test_a_package_of_ours_comes_back_whole(packed: bytes) -> None:
    row = _take(packed)
    sheaf = next(one for one in sheaves() if one.code == CODE)
    assert sharing.sheaf_of(row) == sheaf
    assert (row.number, row.foreign, row.origin_identifier, row.signer) == (3, False, OWN, "UBND tỉnh Thử")
    assert row.sha256 == hashlib.sha256(packed).hexdigest()
    draft = sharing.accept(arrival_id=row.id, foreign=False, by=SYSTEM, at=SIGNED_AT)
    assert studio.draft(draft).body(PartName.FORM) == sheaf.bodies[PartName.FORM]
    assert studio.draft(draft).state == "open"


def test_a_package_of_another_province_waits_for_somebody_to_accept_its_signer(
    province: Province, packed: bytes
) -> None:
    province.sign_as(province.authority.person("UBND tỉnh Thử", "UBND tỉnh Thử mới"))
    row = _take(packed)
    assert row.foreign
    with pytest.raises(sharing.ForeignSigner):
        sharing.accept(arrival_id=row.id, foreign=False, by=SYSTEM, at=SIGNED_AT)
    draft = begin(code="T.1", title="x", by=SYSTEM, at=SIGNED_AT)
    for name, change in (("arrival_foreign_accepted", {"draft": draft}), ("arrival_hashed", {"sha256": "x"})):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Arrival.objects.filter(id=row.id).update(**change)
    assert sharing.accept(arrival_id=row.id, foreign=True, by=SYSTEM, at=SIGNED_AT)


def test_a_signer_nobody_trusts_is_refused(province: Province) -> None:
    stranger = Authority(begins=SIGNED_AT - timedelta(days=9), now=SIGNED_AT)
    province.sign_as(stranger.person("UBND tỉnh Lạ"), stranger)
    assert "không được tổ chức mà tỉnh tin cậy" in _refused(_sealed())


def test_a_revoked_certificate_is_refused(province: Province) -> None:
    content = _sealed()
    province.authority.revoke(province.seal, SIGNED_AT - timedelta(days=1))
    assert "thu hồi" in _refused(content)


def _sealed() -> bytes:
    return sharing.sealed(sheaves()[0], number=0, by=SYSTEM, at=SIGNED_AT).content


def _changed(packed: bytes, **changes: bytes | None) -> bytes:
    files = archives.unpack(packed)
    for name, content in changes.items():
        files.pop(name, None)
        if content is not None:
            files[name] = content
    return archives.pack(files)


def _signed_anew(packed: bytes, change: Any) -> bytes:
    """The package with another manifest, signed rightly: the maker lies."""
    files = archives.unpack(packed)
    said = orjson.loads(files[package.MANIFEST])
    change(said, files)
    manifest = orjson.dumps(said)
    signature = signing.sign_beside(manifest, agency=OWN)
    files = {name: held for name, held in files.items() if name not in (package.MANIFEST, package.SIGNATURE)}
    return package.pack(files, manifest=manifest, signature=signature)


def test_every_lie_of_a_package_is_named(packed: bytes) -> None:
    manifest = archives.unpack(packed)[package.MANIFEST]
    assert "chưa được ký" in _refused(_changed(packed, **{package.SIGNATURE: None}))
    assert "không có bảng kê" in _refused(_changed(packed, **{package.MANIFEST: None}))
    assert "đã bị sửa sau khi ký" in _refused(_changed(packed, **{package.MANIFEST: manifest + b" "}))
    assert "phi.yaml đã bị sửa" in _refused(_changed(packed, **{"phi.yaml": b"fees: [1]\n"}))
    assert "thiếu tệp đã kê: phi.yaml" in _refused(_changed(packed, **{"phi.yaml": None}))
    assert "tệp không kê: la.yaml" in _refused(_changed(packed, **{"la.yaml": b"x"}))
    assert "khuôn mới hơn" in _refused(_signed_anew(packed, lambda said, _files: said.update(format=2)))
    assert "hai thủ tục khác nhau" in _refused(
        _signed_anew(packed, lambda said, _files: said.update(code="2"))
    )
    assert "không đọc được" in _refused(_signed_anew(packed, lambda said, _files: said.update(number=-1)))

    def broken(said: dict[str, Any], files: dict[str, bytes]) -> None:
        files["phi.yaml"] = b"fees: nhieu\n"
        said["files"]["phi.yaml"] = hashlib.sha256(files["phi.yaml"]).hexdigest()

    assert "Không đọc được bộ tệp" in _refused(_signed_anew(packed, broken))
    assert Arrival.objects.count() == 0


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), min_size=1, max_size=3))
def test_a_signature_with_changed_bytes_is_refused_or_the_same(
    province: Province, changes: list[tuple[int, int]]
) -> None:
    signature = bytearray(signing.sign_beside(b"{}", agency=OWN))
    for place, bits in changes:
        signature[place % len(signature)] ^= bits
    with contextlib.suppress(signing.errors.SigningError):
        assert signing.verify_beside(b"{}", bytes(signature), own=OWN, at=SIGNED_AT).own


def test_a_signature_of_something_else_is_refused(province: Province) -> None:
    signature = signing.sign_beside(b"a", agency=OWN)
    assert signing.verify_beside(b"a", signature, own=OWN, at=SIGNED_AT).own
    with pytest.raises(signing.errors.SignatureRefused):
        signing.verify_beside(b"b", signature, own=OWN, at=SIGNED_AT)


def test_pages_take_a_package_out_and_in(province: Province) -> None:
    clerk = people.officer(identity.Role.CLERK)
    entry = next(one for one in demo_files() if one["code"] == CODE)
    version = procedures.draft(
        code=CODE, content=procedures.content_of(entry["content"]), by=SYSTEM, at=SIGNED_AT
    )
    today = moments.today(SIGNED_AT)
    procedures.publish(version_id=version, effective_from=today, by=SYSTEM, at=SIGNED_AT)
    draft = begin(code=CODE, title="x", by=clerk, at=SIGNED_AT, base=procedures.version(version))
    browser = people.client(clerk)
    answer = browser.post(f"/can-bo/xuong/{draft}/goi/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert answer["Content-Disposition"] == f'attachment; filename="{CODE}-dang-soan.tinhso.zip"'
    sent = browser.post("/can-bo/xuong/goi/", {"goi": SimpleUploadedFile("a.zip", answer.content)})
    assert sent.status_code == 302, sent.content.decode()
    page = browser.get(sent["Location"]).content.decode()
    assert "Gói do tỉnh này ký" in page
    assert "So với bản đang hiệu lực" in page
    assert "chỗ khác" not in page
    assert browser.post(sent["Location"])["Location"] == f"/can-bo/xuong/{draft}/"
    for bad, says in ((None, "Hãy chọn tệp"), (SimpleUploadedFile("a.zip", b"x"), "không phải gói")):
        refused = browser.post("/can-bo/xuong/goi/", {"goi": bad} if bad else {})
        assert (refused.status_code, says in refused.content.decode()) == (422, True)
    province.sign_as(province.authority.person("UBND tỉnh Thử", "Tỉnh bên"))
    again = browser.post("/can-bo/xuong/goi/", {"goi": SimpleUploadedFile("a.zip", answer.content)})
    assert "Gói do nơi khác ký" in browser.get(again["Location"]).content.decode()
    assert browser.post(again["Location"]).status_code == 422
    assert browser.post(again["Location"], {"accept": "on"}).status_code == 302


@pytest.mark.parametrize("place", ["", "goi/", "bang/"])
def test_pages_are_closed_to_others(db: None, place: str) -> None:
    address = f"/can-bo/xuong/{place}"
    stranger = people.client(people.person())
    leader = people.client(people.officer(identity.Role.LEADER))
    assert leader.get(address).status_code == 403
    assert stranger.get(address).status_code in (302, 403)
    assert people.client(people.officer(identity.Role.CLERK)).get(address).status_code == 200
