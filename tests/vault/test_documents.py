"""A person's documents are kept once, with their validity; the database refuses what cannot be."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from tests.support.people import AT
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import OwnerRef, SubjectRef
from tinhso.vault import api as vault
from tinhso.vault.models import Document

pytestmark = pytest.mark.django_db
ABOUT = SubjectRef(kind="dossier", id=new_id())


def kept(owner: OwnerRef, sha256: str = "ab" * 32, about: SubjectRef | None = ABOUT) -> UUID:
    return vault.keep(
        owner=owner, file_id=new_id(), sha256=sha256, kind="result", title="Giấy khai sinh",
        issuer="UBND phường Thử", source=vault.Source.ISSUED, valid_from=date(2026, 3, 2), about=about, at=AT,
    )  # fmt: skip


def test_a_document_is_kept_once_however_often_it_is_given() -> None:
    owner = OwnerRef("person", new_id())

    assert kept(owner) == kept(owner)
    assert kept(owner, about=None) == kept(owner, about=None)
    assert len(vault.documents(owner)) == 2


def test_a_vault_shows_its_owners_documents_only() -> None:
    mine, other = OwnerRef("person", new_id()), OwnerRef("organisation", new_id())
    kept(mine)
    kept(other, sha256="cd" * 32)

    assert [document.sha256 for document in vault.documents(mine)] == ["ab" * 32]


def test_the_database_keeps_a_document_once() -> None:
    owner = OwnerRef("person", new_id())
    row = Document.objects.get(id=kept(owner, about=None))
    row.pk = new_id()
    with pytest.raises(IntegrityError, match="vault_document_kept_once"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("vault_validity_in_order", {"valid_to": date(2026, 3, 2)}),
        ("vault_owner_known", {"owner_kind": "robot"}),
    ],
)
def test_the_database_refuses_a_document_that_cannot_be(constraint: str, change: dict[str, object]) -> None:
    document = kept(OwnerRef("person", new_id()))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Document.objects.filter(id=document).update(**change)
