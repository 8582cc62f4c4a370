"""Fields are made before the first signature, where the layout or a box says."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pikepdf
import pytest

from tests.foundation.signing.conftest import Office, certificate_on_paper, draft_of
from tests.support.ink import SEAL
from tests.support.pki import NOW
from tinhso.foundation import signing
from tinhso.foundation.signing import appearance, errors, specimens


def _boxes(pdf: bytes) -> dict[str, list[float]]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {str(one.T): [float(side) for side in one.Rect] for one in document.Root.AcroForm.Fields}


def test_the_seal_covers_a_third_of_the_signature_from_the_left(paper_draft: signing.Draft) -> None:
    boxes = _boxes(paper_draft.pdf)
    left, bottom, right, top = boxes["signature"]
    seal_left, seal_bottom, seal_right, seal_top = boxes["seal"]

    assert seal_right - left == pytest.approx((right - left) / 3, abs=0.5)
    assert seal_left < left
    assert (seal_bottom + seal_top) / 2 == pytest.approx((bottom + top) / 2, abs=0.5)
    assert seal_top - seal_bottom == pytest.approx(36 / 25.4 * 72, abs=0.5)


def test_equal_documents_have_equal_drafts() -> None:
    assert draft_of(certificate_on_paper()).sha256 == draft_of(certificate_on_paper()).sha256


def test_unwanted_marks_are_removed() -> None:
    draft = signing.prepare(certificate_on_paper(), fields=[signing.SignatureFieldSpec("signature")])

    assert set(_boxes(draft.pdf)) == {"signature"}
    assert b"field:" not in draft.pdf


def test_a_field_without_a_place_is_told() -> None:
    with pytest.raises(errors.FieldUnknown, match="không có chỗ"):
        signing.prepare(certificate_on_paper(), fields=[signing.SignatureFieldSpec("nowhere")])


def test_a_page_that_is_not_there_is_told() -> None:
    box = signing.Box(7, 0, 0, 10, 10)

    with pytest.raises(errors.FieldUnknown):
        signing.prepare(certificate_on_paper(), fields=[signing.SignatureFieldSpec("far", box=box)])


def test_two_fields_of_one_name_are_refused() -> None:
    with pytest.raises(errors.FieldTaken):
        signing.prepare(
            certificate_on_paper(),
            fields=[signing.SignatureFieldSpec("signature"), signing.SignatureFieldSpec("signature")],
        )


def test_a_signed_document_is_not_prepared_again(finished: tuple[Office, bytes]) -> None:
    with pytest.raises(errors.FieldTaken, match="đã có chữ ký"):
        signing.prepare(finished[1], fields=[signing.SignatureFieldSpec("seal")])


def test_a_document_with_a_password_is_refused() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(certificate_on_paper())) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="chu", user=""))

    with pytest.raises(errors.UnreadableDocument, match="mật khẩu"):
        signing.prepare(out.getvalue(), fields=[signing.SignatureFieldSpec("signature")])


def test_an_attachment_is_signed_in_its_corner_with_words() -> None:
    office = Office("ec")
    attachment = certificate_on_paper()
    lines = signing.corner_lines(number="05/QĐ-UBND", agency="UBND phường Rạch Giá", at=NOW)
    assert lines == ("05/QĐ-UBND", "UBND phường Rạch Giá", "24/11/2026; 10:00:00; +07:00")
    draft = signing.prepare(
        attachment, fields=[signing.SignatureFieldSpec("corner", box=signing.corner(attachment))]
    )

    pdf = office.sealed(draft.pdf, field="corner", appearance=signing.Appearance(lines=lines), fill={})

    assert office.verify(pdf).sound
    left, _bottom, right, top = _boxes(pdf)["corner"]
    assert (right, top) == pytest.approx((575.3, 821.9), abs=0.5)
    assert left > 300


@pytest.mark.parametrize("image", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + bytes(100)])
def test_what_is_no_picture_is_refused(image: bytes, paper_draft: signing.Draft) -> None:
    with pytest.raises(appearance.ImageUnusable):
        Office("ec").begin(paper_draft, appearance=signing.Appearance(image=image))


def test_a_picture_of_too_many_pixels_is_refused(paper_draft: signing.Draft) -> None:
    out = io.BytesIO()
    from_size = (3000, 3000)
    appearance.Image.new("L", from_size).save(out, "PNG")

    with pytest.raises(appearance.ImageUnusable, match="điểm ảnh"):
        Office("ec").begin(paper_draft, appearance=signing.Appearance(image=out.getvalue()))


def test_specimens_say_so_and_stay_the_same() -> None:
    assert specimens.signature("An") == specimens.signature("An")
    assert specimens.signature("An") != specimens.signature("Bình")
    assert specimens.seal("Ủy ban nhân dân phường Rạch Giá") == SEAL


def test_certificates_of_years_ago_are_told_by_their_day(paper_draft: signing.Draft) -> None:
    office = Office("ec")
    identity = office.authority.person("Cũ", begins=datetime(2020, 1, 1, tzinfo=UTC), days=365)

    with pytest.raises(errors.CertificateExpired, match="31/12/2020"):
        office.begin(paper_draft, chain=office.authority.chain(identity))
