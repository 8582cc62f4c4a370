"""What a digitised copy does beyond the dossier: the owner's vault, the agency's seal, the end of keeping."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.digitising.counter import Counter
from tests.support.signing import can_sign, equip, sandbox
from tinhso.digitising.models import Scan, Source
from tinhso.digitising.operations import scans
from tinhso.digitising.rules import ground
from tinhso.dossiers.models import SubmittedPaper
from tinhso.dossiers.operations import erasures
from tinhso.foundation import files, legal, moments, signing
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, OwnerRef
from tinhso.vault import api as vault

__all__ = ["can_sign", "sandbox"]
pytestmark = pytest.mark.django_db


def rule(key: str, value: object) -> None:
    legal.change(
        key=key,
        value=value,
        effective_from=date(2025, 1, 1),
        legal_basis="Thử",
        by=SYSTEM,
        at=moments.now(),
    )
    legal.forget()


def owner(here: Counter) -> OwnerRef:
    assert here.office.citizen.id is not None
    return OwnerRef("person", here.office.citizen.id)


def name_paper(here: Counter) -> None:
    """The office's paper is called like one of the vault's kinds."""
    SubmittedPaper.objects.filter(dossier_id=here.dossier.id).update(name="Giấy khai sinh (bản sao)")


def test_a_copy_of_a_known_kind_goes_into_the_owners_vault(here: Counter) -> None:
    name_paper(here)
    facts = scans.Facts(number="45/2024", issuer="UBND phường", valid_to=today(here.at) + timedelta(days=9))
    scans.attach(
        scan_id=here.scan(), dossier_id=here.dossier.id, paper="don", facts=facts, by=here.office.intake,
        at=here.at,
    )  # fmt: skip
    (kept,) = vault.documents(owner(here))
    assert (kept.source, kept.kind, kept.number) == (vault.Source.DIGITISED, "giay-khai-sinh", "45/2024")
    assert (kept.valid_to, kept.sha256) == (facts.valid_to, Scan.objects.get().sha256)
    assert kept.about_id == here.dossier.id


def test_a_paper_of_no_kind_and_a_day_without_the_rule_keep_nothing(here: Counter) -> None:
    here.attach(here.scan())
    name_paper(here)
    rule("digitised_into_vault", False)
    here.attach(here.scan())
    assert vault.documents(owner(here)) == ()


def test_the_rule_of_the_day_says_what_must_be_digitised_and_why(here: Counter) -> None:
    asked: dict[str, Any] = {"procedure": "1.013225", "paper": "giay-to-dat", "name": "Giấy tờ đất"}
    assert "kết quả giải quyết" in ground(**asked, on=date(2026, 3, 2))
    assert ground(**asked, on=date(2022, 3, 2)) == ""
    assert "danh mục" in ground(procedure="1.001193", paper="to-khai", name="Tờ khai", on=date(2026, 3, 2))
    assert ground(procedure="9", paper="x", name="Ảnh thẻ", on=date(2026, 3, 2)) == ""


def test_the_copy_is_sealed_by_the_agency_when_the_rule_asks(here: Counter, can_sign: Any) -> None:
    equip(here.office, can_sign)
    rule("digitised_sealed", True)
    here.attach(here.scan())
    content = files.read(Scan.objects.get().file_id)
    report = signing.verify(content, roots=signing.trusted().roots, at=moments.now())
    assert [one.intact for one in report.signatures] == [True]
    assert SubmittedPaper.objects.get(dossier_id=here.dossier.id, current=True).digitised_at == here.at


def test_what_was_scanned_goes_with_an_erased_dossier(here: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    here.attach(here.scan())
    aimed = here.scan(aimed=True)
    monkeypatch.setattr(erasures, "kept_until", lambda _dossier: date(2020, 1, 1))
    erasures.Erasure.objects.create(dossier_id=here.dossier.id, asked_at=here.at)
    assert erasures.run(at=here.at) == 1
    assert not Scan.objects.filter(dossier_id=here.dossier.id).exists()
    assert not Source.objects.filter(scan_id=aimed).exists()
