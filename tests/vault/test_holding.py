"""What a document of the vault is worth on a day, what ended it, and which paper it serves for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from tests.support import people
from tests.support.office import office
from tinhso.foundation import events, files, moments, paper
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.files.models import KeptFile
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorRef, OwnerRef, SubjectRef
from tinhso.identity import api as identity
from tinhso.vault import api as vault
from tinhso.vault.models import Document, Use
from tinhso.vault.operations import shares

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 24)


def owner_of(actor: ActorRef) -> OwnerRef:
    assert actor.id is not None
    return OwnerRef("person", actor.id)


def kept(owner: OwnerRef, *, title: str = "Giấy khai sinh", **changes: Any) -> UUID:
    stored = files.keep(
        paper.render(template="letter", data={"body": [title]}), name="a.pdf", by=SYSTEM, at=AT
    )
    given: dict[str, Any] = {
        "file_id": stored.id,
        "sha256": stored.sha256,
        "kind": "giay-khai-sinh",
        "issuer": "UBND phường Rạch Giá",
        "source": vault.Source.ISSUED,
        "at": AT,
    } | changes
    return vault.keep(owner=owner, title=title, **given)


def sent(by: ActorRef, words: str = "Giấy của tôi") -> UUID:
    content = paper.render(template="letter", data={"body": [words]})
    return files.receive(content, name="anh.pdf", by=by, at=AT).id


def state(document_id: UUID, owner: OwnerRef, on: date = DAY) -> vault.State:
    found = vault.document(document_id, owner=owner)
    assert found is not None
    return found.state(on)


def test_a_document_holds_until_the_day_before_its_end() -> None:
    owner = owner_of(people.person())
    document = kept(owner, valid_to=DAY + timedelta(days=1))
    assert state(document, owner) is vault.State.VALID
    assert state(document, owner, DAY + timedelta(days=1)) is vault.State.EXPIRED
    assert [one.id for one in vault.documents(owner, state=vault.State.VALID, on=DAY)] == [document]
    assert vault.documents(owner, state=vault.State.VALID, on=DAY + timedelta(days=1)) == ()
    assert len(vault.documents(owner, state=vault.State.EXPIRED, on=DAY + timedelta(days=1))) == 1


def test_the_kind_of_a_result_is_read_from_its_procedure() -> None:
    owner = owner_of(people.person())
    kept(owner, kind="1.001193")
    kept(owner, title="Quyết định thử", kind="9.999999")
    assert [one.kind for one in vault.documents(owner)] == ["9.999999", "giay-khai-sinh"]


@pytest.mark.parametrize(
    ("procedure", "paper_code", "name", "kinds"),
    [
        ("1.001193", "giay-chung-sinh", "Giấy chứng sinh", ("giay-chung-sinh",)),
        ("2.000001", "x", "Bản sao GIẤY KHAI SINH của con", ("giay-khai-sinh",)),
        ("2.000001", "x", "Tờ khai đăng ký khai sinh", ()),
        ("AG.001010", "dkkd", "Giấy chứng nhận đăng ký kinh doanh", ("dang-ky-ho-kinh-doanh",)),
        ("1.013225", "giay-to-dat", "Giấy tờ chứng minh quyền sử dụng đất", ("giay-to-dat",)),
    ],
)
def test_which_documents_serve_for_a_paper_is_data(
    procedure: str, paper_code: str, name: str, kinds: tuple[str, ...]
) -> None:
    assert vault.kinds_for(procedure=procedure, paper=paper_code, name=name, on=DAY) == kinds


def test_words_find_a_document_whatever_way_they_are_written(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    owner = owner_of(people.person())
    document = kept(owner, number="05/2026")
    kept(owner, title="Giấy xác nhận nơi ở")
    for words in ("khai sinh", "KHAI SINH rach gia", "05/2026"):
        with django_assert_num_queries(1):
            found = vault.documents(owner, q=words)
        assert [one.id for one in found] == [document], words
    assert vault.documents(owner, q="khai tử") == ()


def test_revoking_tells_every_vault_that_holds_the_bytes_ends_links_and_tells_other_rooms() -> None:
    place = office()
    mine, other = owner_of(place.citizen), owner_of(people.person())
    document, twin = kept(mine), kept(other)
    shares.share(document_id=document, owner=mine, purpose="x", days=1, most=1, by=place.citizen, at=AT)
    heard: list[object] = []
    events.subscribe(vault.DocumentRevoked)(heard.append)
    vault.revoke(document_id=document, ground="Điều 5", by=place.leader, at=AT)

    assert state(document, mine) is vault.State.REVOKED
    assert state(twin, other) is vault.State.REVOKED
    assert shares.Share.objects.get().ended_at == AT
    assert [type(each) for each in heard] == [vault.DocumentRevoked]
    with pytest.raises(vault.AlreadyEnded):
        vault.revoke(document_id=document, ground="Điều 5", by=place.leader, at=AT)
    with pytest.raises(vault.NotInVault):
        vault.revoke(document_id=new_id(), ground="Điều 5", by=place.leader, at=AT)


def test_only_officers_who_decide_revoke_and_never_without_a_ground() -> None:
    place = office()
    document = kept(owner_of(place.citizen))
    for stranger in (place.citizen, place.intake, people.officer("supervisor")):
        with pytest.raises(NotAllowed):
            vault.revoke(document_id=document, ground="Điều 5", by=stranger, at=AT)
    with pytest.raises(Invalid):
        vault.revoke(document_id=document, ground=" ", by=place.leader, at=AT)


def test_a_replaced_document_leads_to_the_one_in_its_place() -> None:
    place = office()
    owner, about = owner_of(place.citizen), SubjectRef("dossier", new_id())
    old, new = kept(owner, about=about), kept(owner, title="Giấy khai sinh (đã đính chính)", about=about)
    vault.replace(document_id=old, with_document=new, by=place.clerk, at=AT)

    found = vault.document(old, owner=owner)
    assert found is not None
    assert (found.state(DAY), found.replaced_by) == (vault.State.REPLACED, new)
    assert [one.id for one in vault.about(about)] == [old, new]
    with pytest.raises(vault.AlreadyEnded):
        vault.revoke(document_id=old, ground="x", by=place.leader, at=AT)
    strangers = kept(owner_of(people.person()), title="Khác")
    for wrong in (strangers, new):
        with pytest.raises(Invalid):
            vault.replace(document_id=new, with_document=wrong, by=place.clerk, at=AT)


def test_own_papers_are_kept_for_next_time_and_taken_out_again() -> None:
    me, other = people.person(), people.person()
    mine, file_id = owner_of(me), sent(me)
    document = vault.keep_upload(owner=mine, file_id=file_id, kind="giay-chung-sinh", by=me, at=AT)
    again = vault.keep_upload(owner=mine, file_id=file_id, kind="giay-chung-sinh", by=me, at=AT)
    assert document == again
    (found,) = vault.documents(mine)
    assert (found.title, found.source, found.issuer) == ("Giấy chứng sinh", vault.Source.UPLOADED, "")

    with pytest.raises(NotAllowed):
        vault.keep_upload(owner=mine, file_id=sent(other), kind="giay-chung-sinh", by=other, at=AT)
    with pytest.raises(NotAllowed):
        vault.remove(document_id=document, owner=mine, by=other, at=AT)
    with pytest.raises(vault.NotInVault):
        vault.remove(document_id=document, owner=owner_of(other), by=other, at=AT)
    vault.remove(document_id=document, owner=mine, by=me, at=AT)
    assert vault.documents(mine) == ()
    assert KeptFile.objects.get(id=file_id).loose_since == AT


def test_a_file_of_somebody_else_is_not_kept_as_ones_own() -> None:
    me, other = people.person(), people.person()
    with pytest.raises(Invalid):
        vault.keep_upload(owner=owner_of(me), file_id=sent(other), kind="giay-chung-sinh", by=me, at=AT)


@pytest.mark.parametrize(
    ("field", "changes"),
    [("loai", {"kind": "bia-dat"}), ("ten", {"kind": "khac"}), ("tep", {"file_id": UUID(int=1)})],
)
def test_what_is_wrong_with_an_upload_stands_at_its_field(field: str, changes: dict[str, Any]) -> None:
    me = people.person()
    given: dict[str, Any] = {
        "owner": owner_of(me),
        "file_id": sent(me),
        "kind": "van-bang",
        "by": me,
        "at": AT,
    }
    with pytest.raises(Invalid) as refused:
        vault.keep_upload(**{**given, **changes})
    assert list(refused.value.faults) == [field]


def test_what_an_agency_put_there_is_not_taken_out() -> None:
    me = people.person()
    document = kept(owner_of(me))
    with pytest.raises(Invalid):
        vault.remove(document_id=document, owner=owner_of(me), by=me, at=AT)


def test_lending_freezes_the_bytes_and_leaves_a_trace() -> None:
    me = people.person("Danh Sóc Kha")
    mine, document = owner_of(me), kept(owner_of(me))
    lent = vault.lend([document], owner=mine, why="Đăng ký kết hôn", by=me, at=AT)[document]
    assert lent.sha256 == Document.objects.get(id=document).sha256
    (use,), _more = vault.uses(mine)
    assert (use.kind, use.document, use.why) == (vault.UseKind.REUSED, document, "Đăng ký kết hôn")


def test_what_does_not_hold_or_is_not_theirs_is_not_lent() -> None:
    place = office()
    me, mine = place.citizen, owner_of(place.citizen)
    over, revoked = kept(mine, valid_to=DAY), kept(mine, title="Giấy chứng nhận kết hôn")
    vault.revoke(document_id=revoked, ground="Điều 5", by=place.leader, at=AT)
    for document in (over, revoked):
        with pytest.raises(vault.NoLongerHolds):
            vault.lend([document], owner=mine, why="x", by=me, at=AT)
    strange = kept(owner_of(people.person()), title="Của người khác")
    with pytest.raises(vault.NotInVault):
        vault.lend([strange], owner=mine, why="x", by=me, at=AT)
    with pytest.raises(NotAllowed):
        vault.lend([kept(mine, title="Khác")], owner=mine, why="x", by=people.person(), at=AT)
    assert not Use.objects.exists()


def test_an_officer_sees_a_vault_only_at_the_counter_and_the_owner_reads_of_it() -> None:
    place = office()
    mine, document = owner_of(place.citizen), kept(owner_of(place.citizen))
    kept(mine, title="Hết hạn", valid_to=DAY)
    for stranger in (place.leader, place.specialist, people.person()):
        with pytest.raises(NotAllowed):
            vault.offer(mine, unit=place.one_stop, why="x", by=stranger, at=AT)
    found = vault.offer(
        mine, unit=place.one_stop, why="Tiếp nhận tại quầy, người dân đồng ý", by=place.intake, at=AT
    )
    assert [one.id for one in found] == [document]
    (use,), _more = vault.uses(mine)
    assert (use.kind, use.who, use.unit) == (vault.UseKind.OFFERED, "Lê Thị Hoa", place.one_stop)


def test_uses_come_newest_first_in_pages_by_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    me = people.person()
    mine, document = owner_of(me), kept(owner_of(me))
    for number in range(5):
        vault.lend([document], owner=mine, why=f"lần {number}", by=me, at=AT + timedelta(minutes=number))
    with django_assert_num_queries(1):
        first, more = vault.uses(mine, limit=3)
    rest, last = vault.uses(mine, document=document, before=more, limit=3)
    assert [use.why for use in (*first, *rest)] == [f"lần {number}" for number in (4, 3, 2, 1, 0)]
    assert last is None
    assert vault.uses(owner_of(people.person())) == ((), None)


def test_the_trace_of_an_upload_outlives_it() -> None:
    me = people.person()
    mine = owner_of(me)
    document = vault.keep_upload(owner=mine, file_id=sent(me), kind="van-bang", by=me, at=AT)
    vault.lend([document], owner=mine, why="x", by=me, at=AT)
    vault.remove(document_id=document, owner=mine, by=me, at=AT)
    (use,), _more = vault.uses(mine)
    assert (use.title, use.document) == ("Văn bằng, chứng chỉ", None)


def test_an_erased_person_leaves_no_document_link_or_trace() -> None:
    place = office()
    me, mine = place.citizen, owner_of(place.citizen)
    old, new = kept(mine), kept(mine, title="Mới")
    vault.replace(document_id=old, with_document=new, by=place.clerk, at=AT)
    vault.lend([new], owner=mine, why="x", by=me, at=AT)
    shares.share(document_id=new, owner=mine, purpose="x", days=1, most=1, by=me, at=AT)
    assert me.id
    identity.erase(person_id=me.id, by=me, at=AT)
    assert not Document.objects.filter(owner_id=me.id).exists()
    assert not Use.objects.exists()
    assert not shares.Share.objects.exists()


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("vault_revoked_with_ground", {"revoked_at": AT}),
        ("vault_revoked_with_ground", {"revoked_because": "x"}),
        ("vault_revoked_with_ground", {"revoked_at": AT, "revoked_because": "x"}),
        ("vault_replaced_by_another", {"replaced_at": AT}),
        ("stays what it was", {"sha256": "cd" * 32}),
        ("stays what it was", {"source": "uploaded"}),
        ("stays what it was", {"file_id": UUID(int=3)}),
    ],
)
def test_the_database_refuses(constraint: str, changes: dict[str, Any]) -> None:
    document = kept(owner_of(people.person()))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Document.objects.filter(id=document).update(**changes)


def test_the_database_lets_a_document_end_once_and_in_one_way() -> None:
    owner = owner_of(people.person())
    document, other = kept(owner), kept(owner, title="Khác")
    ended = {"revoked_at": AT, "revoked_because": "x", "revoked_by": "y"}
    Document.objects.filter(id=document).update(**ended)
    with pytest.raises(IntegrityError, match="was revoked"), transaction.atomic():
        Document.objects.filter(id=document).update(revoked_at=None, revoked_because="", revoked_by="")
    with pytest.raises(IntegrityError, match="vault_ended_in_one_way"), transaction.atomic():
        Document.objects.filter(id=document).update(replaced_at=AT, replaced_by=other)
    with pytest.raises(IntegrityError, match="vault_replaced_by_another"), transaction.atomic():
        Document.objects.filter(id=other).update(replaced_at=AT, replaced_by=other)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("vault_use_known", {"kind": "stolen"}),
        ("vault_use_says_who_and_why", {"who": ""}),
        ("vault_use_says_who_and_why", {"why": ""}),
    ],
)
def test_the_database_refuses_a_use_that_says_nothing(constraint: str, changes: dict[str, Any]) -> None:
    given: dict[str, Any] = {
        "owner_id": new_id(), "title": "t", "kind": "reused", "at": moments.now(), "who": "a", "why": "b"
    }  # fmt: skip
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Use.objects.create(**{**given, **changes})
