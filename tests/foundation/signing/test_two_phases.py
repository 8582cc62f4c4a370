"""The leader signs on a device elsewhere, the clerk numbers and seals: both signatures hold."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import msgspec
import pytest

from tests.foundation.signing.conftest import LATER, Office, certificate_on_paper, draft_of
from tests.support.pki import NOW
from tinhso.foundation import signing
from tinhso.foundation.signing import Change, Level, errors


def test_a_signed_and_sealed_document_is_sound(office: Office, paper_draft: signing.Draft) -> None:
    report = office.verify(office.sealed(office.led(paper_draft)))

    leader, seal = report.signatures
    assert report.sound
    assert (leader.signer, leader.agency) == ("Trần Văn Dũng", "UBND phường Rạch Giá")
    assert leader.level is seal.level is Level.B_LT
    assert leader.stamped_at == seal.stamped_at == NOW
    assert seal.whole_document


def test_the_number_filled_in_after_the_leader_signed_keeps_his_signature(
    office: Office, paper_draft: signing.Draft
) -> None:
    led = office.led(paper_draft)

    leader = office.verify(signing.fill(led, {"number": "05"})).signatures[0]

    assert leader.sound
    assert leader.change is Change.FIELDS
    assert leader.changed_fields == ("số",)


def test_a_number_with_other_letters_is_set_in_the_document_fonts(paper_draft: signing.Draft) -> None:
    office = Office("ec")

    report = office.verify(office.sealed(office.led(paper_draft), fill={**LATER, "number": "05/QĐ"}))

    assert report.sound


def test_nothing_may_be_filled_after_the_seal(finished: tuple[Office, bytes]) -> None:
    office, _ = finished
    sealed = office.sealed(office.led(draft_of(certificate_on_paper())), fill={"number": "05"})

    with pytest.raises(errors.FieldLocked):
        signing.fill(sealed, {"day": "01"})


def test_a_field_the_leader_did_not_leave_open_is_locked() -> None:
    office = Office("ec")
    draft = signing.prepare(
        certificate_on_paper(),
        fields=[signing.SignatureFieldSpec("signature", leaves_open=("number",))],
        texts=[signing.TextFieldSpec("number"), signing.TextFieldSpec("day")],
    )
    led = office.led(draft)

    signing.fill(led, {"number": "05"})
    with pytest.raises(errors.FieldLocked):
        signing.fill(led, {"day": "01"})


def test_a_number_is_given_once(paper_draft: signing.Draft) -> None:
    numbered = signing.fill(paper_draft.pdf, {"number": "05"})

    with pytest.raises(errors.FieldTaken):
        signing.fill(numbered, {"number": "06"})


def test_a_field_is_signed_once(office: Office, paper_draft: signing.Draft) -> None:
    led = office.led(paper_draft)

    with pytest.raises(errors.FieldTaken):
        office.begin(led)


@pytest.mark.parametrize("field", ["nobody", "number"])
def test_only_a_signature_field_can_be_signed(field: str, office: Office, paper_draft: signing.Draft) -> None:
    with pytest.raises(errors.FieldUnknown):
        office.begin(paper_draft, field=field)


def test_a_leader_does_not_sign_what_changed_since_it_was_read(
    office: Office, paper_draft: signing.Draft
) -> None:
    changed = draft_of(certificate_on_paper(place="Hà Tiên"))

    office.begin(paper_draft, read_sha256=paper_draft.sha256)
    with pytest.raises(errors.DraftChanged):
        office.begin(changed, read_sha256=paper_draft.sha256)


def test_the_digest_is_that_of_what_is_to_be_signed(office: Office, paper_draft: signing.Draft) -> None:
    begun = office.begin(paper_draft)

    assert begun.digest == hashlib.sha256(begun.to_be_signed).digest()
    assert begun.algorithm == {"ec": "ecdsa", "rsa": "rsa"}[office.kind]


def test_another_persons_signature_is_refused(office: Office, paper_draft: signing.Draft) -> None:
    begun = office.begin(paper_draft)
    other = office.authority.kept(office.authority.person("Người khác")).sign(begun.to_be_signed)

    with pytest.raises(errors.SignatureRefused):
        office.complete(begun, signature=other)


def test_a_signature_of_another_document_is_refused(office: Office, paper_draft: signing.Draft) -> None:
    begun = office.begin(paper_draft)
    other = office.begin(draft_of(certificate_on_paper(place="Hà Tiên")))
    signature = office.authority.kept(office.leader).sign(other.to_be_signed)

    with pytest.raises(errors.SignatureRefused):
        office.complete(begun, signature=signature)


def test_a_document_altered_between_the_phases_is_refused(office: Office, paper_draft: signing.Draft) -> None:
    begun = office.begin(paper_draft)
    kept = msgspec.msgpack.decode(begun.state)
    kept["pdf"] = kept["pdf"].replace(b"/Type /Catalog", b"/Type /Katalog")
    altered = signing.Begun(begun.to_be_signed, begun.digest, begun.algorithm, msgspec.msgpack.encode(kept))

    with pytest.raises(errors.StateBroken):
        office.complete(altered)


@pytest.mark.parametrize("state", [b"", b"\x00", b"not a state", b"\x81\xa1a\x01"])
def test_a_broken_state_is_refused(state: bytes, office: Office) -> None:
    with pytest.raises(errors.StateBroken):
        signing.complete(state, signature=b"", trust=office.trust, at=NOW, stamps=None)


def test_without_a_stamp_the_signature_is_basic(office: Office, paper_draft: signing.Draft) -> None:
    signed = office.complete(office.begin(paper_draft), stamps=None)

    (only,) = office.verify(signed.pdf).signatures
    assert signed.stamped_at is None
    assert only.level is Level.B_B
    assert "không có dấu thời gian" in " ".join(only.sentences)


def test_a_certificate_revoked_between_the_phases_is_refused(
    fresh_office: Office, paper_draft: signing.Draft
) -> None:
    begun = fresh_office.begin(paper_draft)
    fresh_office.authority.revoke(fresh_office.leader, NOW)
    later = NOW + timedelta(minutes=10)

    with pytest.raises(errors.CertificateRevoked):
        fresh_office.complete(begun, at=later)


def test_the_proof_of_a_later_phase_two_is_embedded(fresh_office: Office, paper_draft: signing.Draft) -> None:
    begun = fresh_office.begin(paper_draft)
    later = NOW + timedelta(hours=5)
    fresh_office.authority.now = later
    fresh_office.stamps.moment = later

    signed = fresh_office.complete(begun, at=later)

    (only,) = fresh_office.verify(signed.pdf, at=later).signatures
    assert only.level is Level.B_LT
    assert only.change is Change.PROOF
    assert only.sound


def test_a_stamp_of_another_clock_is_refused(fresh_office: Office, paper_draft: signing.Draft) -> None:
    fresh_office.stamps.moment = NOW + timedelta(hours=1)

    with pytest.raises(errors.StampUnavailable, match="Đồng hồ"):
        fresh_office.complete(fresh_office.begin(paper_draft))
