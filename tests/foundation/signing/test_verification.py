"""What an outsider is told about a signed document."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import DictionaryObject, NumberObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.foundation.signing.conftest import Office, certificate_on_paper, draft_of
from tests.support.pki import NOW, Authority
from tinhso.foundation import signing
from tinhso.foundation.signing import Change, Level, Revocation


def test_the_report_reads_as_sentences(finished: tuple[Office, bytes]) -> None:
    office, pdf = finished

    sentences = office.verify(pdf).sentences

    assert sentences[0] == "Văn bản có 2 chữ ký số, tất cả đều hợp lệ."
    assert sentences[1] == (
        "Trần Văn Dũng, UBND phường Rạch Giá ký lúc 10:00:00 24/11/2026, "
        "theo dấu thời gian của Dấu thời gian thử nghiệm."
    )
    assert "Sau chữ ký này chỉ các ô được phép mới điền hoặc ký: số, ngày, tháng, năm, con dấu." in sentences
    assert "Sau chữ ký này văn bản không thay đổi gì." in sentences


def test_a_document_without_signatures_is_not_sound() -> None:
    report = signing.verify(certificate_on_paper(), roots=[], at=NOW)

    assert not report.sound
    assert report.sentences == ("Văn bản không có chữ ký số.",)


def test_one_changed_byte_is_found(finished: tuple[Office, bytes]) -> None:
    office, pdf = finished
    place = pdf.index(b"/MediaBox")
    tampered = pdf[:place] + b"/MediaBux" + pdf[place + 9 :]

    report = office.verify(tampered)

    assert not report.sound
    assert not any(one.intact for one in report.signatures)
    assert "không khớp" in " ".join(report.sentences)


def test_a_page_changed_after_signing_is_found(finished: tuple[Office, bytes]) -> None:
    office, pdf = finished
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    page[pdf_name("/Rotate")] = NumberObject(180)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)

    report = office.verify(out.getvalue())

    assert [one.intact for one in report.signatures] == [True, True]
    assert [one.change for one in report.signatures] == [Change.OTHER, Change.OTHER]
    assert not report.sound
    assert "sửa theo cách không được phép" in " ".join(report.sentences)


def test_a_number_changed_after_the_seal_is_found(finished: tuple[Office, bytes]) -> None:
    office, pdf = finished
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    fields = writer.root["/AcroForm"]["/Fields"]
    number = next(one for one in (ref.get_object() for ref in fields) if one["/T"] == "number")
    number[pdf_name("/AP")] = DictionaryObject()
    writer.update_container(number)
    out = io.BytesIO()
    writer.write(out)

    report = office.verify(out.getvalue())

    assert not report.sound
    assert not report.signatures[1].changes_allowed


def test_signatures_of_a_rewritten_file_do_not_hold(finished: tuple[Office, bytes]) -> None:
    office, pdf = finished
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out)

    assert not office.verify(out.getvalue()).sound


def test_a_signer_of_unknown_roots_is_not_trusted(finished: tuple[Office, bytes]) -> None:
    office, pdf = finished

    report = office.verify(pdf, roots=Authority("ec").roots)

    assert all(one.intact and not one.trusted for one in report.signatures)
    assert not report.sound
    assert "Chưa tin được người ký" in " ".join(report.sentences)


def test_a_document_holds_after_its_certificates_ended(finished: tuple[Office, bytes]) -> None:
    office, pdf = finished

    assert office.verify(pdf, at=NOW + timedelta(days=365 * 15)).sound


def test_a_certificate_revoked_after_it_signed_still_holds(fresh_office: Office) -> None:
    pdf = fresh_office.led(draft_of(certificate_on_paper()))
    fresh_office.authority.revoke(fresh_office.leader, NOW + timedelta(days=1))
    later = NOW + timedelta(days=2)
    fresh_office.authority.now = later
    today = signing.Answers(crls=(fresh_office.authority.crl(fresh_office.authority.issuer),))

    assert fresh_office.verify(pdf, at=later, known=today).sound


def test_a_certificate_revoked_before_it_signed_is_told(fresh_office: Office) -> None:
    pdf = fresh_office.complete(fresh_office.begin(draft_of(certificate_on_paper()))).pdf
    revoked_at = NOW - timedelta(days=3)
    fresh_office.authority.revoke(fresh_office.leader, revoked_at)
    today = signing.Answers(crls=(fresh_office.authority.crl(fresh_office.authority.issuer),))
    bare = _without_answers(pdf)

    (leader,) = fresh_office.verify(bare, known=today).signatures

    assert leader.revocation is Revocation.REVOKED
    assert leader.revoked_at == revoked_at
    assert not leader.sound
    assert "bị thu hồi ngày 21/11/2026" in " ".join(leader.sentences)


def test_without_proof_revocation_is_unknown(fresh_office: Office) -> None:
    pdf = fresh_office.complete(fresh_office.begin(draft_of(certificate_on_paper()))).pdf

    (leader,) = fresh_office.verify(_without_answers(pdf)).signatures

    assert leader.trusted
    assert leader.revocation is Revocation.UNKNOWN
    assert leader.level is Level.B_T
    assert not leader.sound


def test_a_stamp_from_the_future_is_not_believed(fresh_office: Office) -> None:
    later = NOW + timedelta(days=2)
    fresh_office.stamps.moment = later
    pdf = fresh_office.complete(fresh_office.begin(draft_of(certificate_on_paper())), at=later).pdf

    assert fresh_office.verify(pdf).signatures[0].stamped_at is None


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_an_outside_tool_finds_both_signatures_valid(kind: str, tmp_path: Path) -> None:
    tool = shutil.which("pdfsig")
    if tool is None:
        pytest.skip("pdfsig (poppler-utils) is not installed: the outside check was not run")
    office = Office(kind)
    file = tmp_path / "result.pdf"
    file.write_bytes(office.sealed(office.led(draft_of(certificate_on_paper()))))

    said = subprocess.run(
        [tool, "-nocert", str(file)], capture_output=True, text=True, timeout=60, check=False
    ).stdout

    assert said.count("Signature is Valid.") == 2
    assert "Trần Văn Dũng" in said
    assert "Total document signed" in said


def _without_answers(pdf: bytes) -> bytes:
    """Revocation answers made unreachable from the store: its bytes lie outside the comparison made here."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    store = writer.root["/DSS"]
    for key in ("/OCSPs", "/CRLs"):
        del store[key]
    writer.update_container(store)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
