"""What an owner's vault keeps, shows to the owner alone, and never doubles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import OwnerRef, SubjectRef
from tinhso.vault import api
from tinhso.vault.models import Document

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def owner(kind: str = "person") -> OwnerRef:
    return OwnerRef(kind, new_id())


def keep(whose: OwnerRef, *, title: str = "Giấy khai sinh", **changes: Any) -> UUID:
    given: dict[str, Any] = {
        "file_id": new_id(),
        "sha256": sha256(title.encode()).hexdigest(),
        "kind": "birth-certificate",
        "issuer": "UBND phường Rạch Giá",
        "source": api.Source.ISSUED,
        "at": AT,
    } | changes
    return api.keep(owner=whose, title=title, **given)


def test_a_document_is_read_by_its_owner_and_nobody_else() -> None:
    mine, other = owner(), owner()
    id = keep(mine, number="01", valid_from=date(2026, 11, 24))

    found = api.document(id, owner=mine)
    assert found
    assert (found.title, found.number, found.source) == ("Giấy khai sinh", "01", api.Source.ISSUED)
    assert api.document(id, owner=other) is None
    assert api.document(id, owner=OwnerRef("organisation", mine.id)) is None
    assert api.document(new_id(), owner=mine) is None
    assert api.documents(other) == ()
    assert api.documents(OwnerRef("organisation", mine.id)) == ()


def test_keeping_the_same_again_changes_nothing_and_gives_the_first_id() -> None:
    mine, about = owner(), SubjectRef("dossier", new_id())
    first = keep(mine, about=about)
    assert keep(mine, about=about, number="khác", at=AT + timedelta(days=1)) == first
    assert Document.objects.get().number == ""
    assert keep(mine) != first, "about nothing is another document"
    assert keep(mine) == keep(mine)
    assert keep(owner(), about=about) != first
    assert keep(mine, about=about, source=api.Source.UPLOADED) != first


def test_pages_lose_nothing_even_of_documents_kept_at_one_moment(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    mine = owner()
    for number in range(7):
        keep(mine, title=f"Giấy {number}", at=AT + timedelta(minutes=number // 4))
    seen: list[str] = []
    before, before_id = None, None
    while page := api.documents(mine, before=before, before_id=before_id, limit=3):
        seen += [document.title for document in page]
        before, before_id = page[-1].kept_at, page[-1].id
    assert seen == [f"Giấy {number}" for number in (6, 5, 4, 3, 2, 1, 0)]

    with django_assert_num_queries(1):
        assert len(api.documents(mine)) == 7
    assert api.documents(mine, kinds=["other"]) == ()


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("vault_validity_in_order", {"valid_from": date(2026, 2, 1), "valid_to": date(2026, 2, 1)}),
        ("vault_sha256_whole", {"sha256": "abc"}),
        ("vault_sha256_whole", {"sha256": "A" * 64}),
        ("vault_document_named", {"title": ""}),
        ("vault_document_named", {"kind": ""}),
    ],
)
def test_the_database_refuses(constraint: str, changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        keep(owner(), **changes)


def test_the_database_refuses_an_owner_of_another_kind() -> None:
    with pytest.raises(IntegrityError, match="vault_owner_known"), transaction.atomic():
        keep(OwnerRef("officer", new_id()))


def row(**changes: Any) -> Callable[[], Document]:
    given: dict[str, Any] = {
        "owner_kind": "person",
        "owner_id": new_id(),
        "kind": "k",
        "title": "t",
        "issuer": "i",
        "source": "issued",
        "file_id": new_id(),
        "sha256": "0" * 64,
        "kept_at": AT,
    } | changes
    return lambda: Document.objects.create(**given)


@pytest.mark.parametrize(
    ("constraint", "make"),
    [
        ("vault_source_known", row(source="found")),
        ("vault_about_whole", row(about_kind="dossier")),
        ("vault_about_whole", row(about_id=new_id())),
    ],
)
def test_the_database_refuses_a_row(constraint: str, make: Callable[[], Document]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make()


def test_the_database_keeps_a_document_once() -> None:
    same = row(owner_id=new_id())
    same()
    with pytest.raises(IntegrityError, match="vault_document_kept_once"), transaction.atomic():
        same()
