from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from tests.foundation.audit.support import AT, OFFICER, as_owner_of_the_server, broken, run, subject, write
from tinhso.foundation import audit
from tinhso.foundation.audit.entries import GENESIS, link_hash
from tinhso.foundation.audit.models import AuditEntry, AuditSeal

pytestmark = pytest.mark.django_db
SECOND = UUID(int=2)


def test_a_changed_entry_is_named() -> None:
    write()
    run("UPDATE foundation_auditentry SET payload = '{}'::bytea WHERE subject_id = %s AND seq = 2", SECOND)

    assert broken().startswith(f"dossier/{SECOND} #2 ")


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 microsecond'",
        "actor_kind = 'person'",
        "actor_id = NULL",
        "act = 'test.other'",
    ],
)
def test_a_changed_copy_beside_the_payload_is_named(change: str) -> None:
    write()
    run(f"UPDATE foundation_auditentry SET {change} WHERE subject_id = %s AND seq = 3", SECOND)  # noqa: S608

    assert broken() == f"dossier/{SECOND} #3 (bút ký {entry_id(3)}): cột tra cứu khác nội dung đã băm"


def entry_id(seq: int) -> int:
    return AuditEntry.objects.get(subject_id=SECOND, seq=seq).pk


def test_a_removed_entry_is_named() -> None:
    write()
    run("DELETE FROM foundation_auditentry WHERE subject_id = %s AND seq = 2", SECOND)

    assert "thiếu bút ký #2" in broken()


def test_a_cut_end_of_a_chain_is_named() -> None:
    write()
    run("DELETE FROM foundation_auditentry WHERE subject_id = %s AND seq = 4", SECOND)

    assert broken() == f"dossier/{SECOND}: đầu chuỗi ghi 4 bút ký, chuỗi dừng ở 3"


def test_a_removed_chain_whose_head_stayed_is_named() -> None:
    write()
    run("DELETE FROM foundation_auditentry WHERE subject_id = %s", SECOND)

    assert broken() == f"dossier/{SECOND}: mất cả chuỗi 4 bút ký"


def test_a_chain_removed_with_its_head_is_named_by_the_seals() -> None:
    write()
    first = entry_id(1)
    run("DELETE FROM foundation_auditentry WHERE subject_id = %s", SECOND)
    run("DELETE FROM foundation_auditchain WHERE subject_id = %s", SECOND)

    assert broken() == f"bút ký {first}: đã vào niêm phong 1 nhưng không còn"


def test_a_chain_removed_before_it_was_sealed_is_named() -> None:
    audit.append([audit.entry_of("test.step", by=OFFICER, at=AT, on=subject(2))])
    gone = entry_id(1)
    run("DELETE FROM foundation_auditentry WHERE subject_id = %s", SECOND)
    run("DELETE FROM foundation_auditchain WHERE subject_id = %s", SECOND)

    assert broken().startswith(f"bút ký {gone}: đang chờ niêm phong nhưng không còn")
    audit.seal(at=AT)
    assert broken() == f"bút ký {gone}: đã vào niêm phong 1 nhưng không còn"


def test_two_exchanged_entries_are_named() -> None:
    write()
    for old, new in ((2, 99), (3, 2), (99, 3)):
        run("UPDATE foundation_auditentry SET seq = %s WHERE subject_id = %s AND seq = %s", new, SECOND, old)

    assert broken().startswith(f"dossier/{SECOND} #2 ")


def rebuild(subject_id: UUID) -> None:
    """Write a chain anew so that it holds in itself, as someone who knows the recipe would."""
    previous = GENESIS
    for row in AuditEntry.objects.filter(subject_id=subject_id).order_by("seq"):
        digest = link_hash(previous=previous, seq=row.seq, payload=bytes(row.payload))
        run(
            "UPDATE foundation_auditentry SET previous = %s, hash = %s WHERE id = %s",
            previous,
            digest,
            row.pk,
        )
        previous = digest
    run("UPDATE foundation_auditchain SET head = %s WHERE subject_id = %s", previous, subject_id)


def test_a_chain_rebuilt_after_a_change_is_named_by_the_seals() -> None:
    write()
    run(
        "UPDATE foundation_auditentry SET payload = convert_to(replace(convert_from(payload, 'UTF8'),"
        " '\"step\":1', '\"step\":8'), 'UTF8') WHERE subject_id = %s AND seq = 2",
        SECOND,
    )
    rebuild(SECOND)

    assert audit.verify_chain("dossier", SECOND) is None
    assert broken() == f"bút ký {entry_id(2)}: khác với khi vào niêm phong 2"


def test_an_entry_put_in_beside_the_acts_is_noticed() -> None:
    write()
    run("DELETE FROM foundation_auditunsealed")

    assert broken() == "niêm phong: lệch 3 bút ký không có trong niêm phong nào"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("at = at + interval '1 s'", "niêm phong 1: nội dung hoặc mã băm đã bị sửa"),
        ("count = count + 1", "niêm phong 1: nội dung hoặc mã băm đã bị sửa"),
        ("content = hash", "niêm phong 1: nội dung hoặc mã băm đã bị sửa"),
        ("previous = hash", "niêm phong 1: không nối với niêm phong trước"),
        ("seq = 9", "niêm phong 2: thiếu niêm phong 1"),
    ],
)
def test_a_changed_seal_is_named(change: str, what: str) -> None:
    write()
    run(f"UPDATE foundation_auditseal SET {change} WHERE seq = 1")  # noqa: S608 - fixed texts above

    assert broken() == what


class Authority:
    """Stamps by keyed hash, as strict about the digest as a real one."""

    def stamp(self, digest: bytes) -> audit.Stamped:
        return audit.Stamped(token=hashlib.sha256(b"stamp" + digest).digest(), proof=b"good")

    def stamped_at(self, stamped: audit.Stamped, digest: bytes) -> datetime:
        if stamped != self.stamp(digest):
            raise ValueError("not a stamp of this digest")
        return AT


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch) -> Authority:
    bound = Authority()
    monkeypatch.setattr(audit.stamp_authority, "_bound", bound)
    return bound


def test_the_newest_seal_is_stamped_once(authority: Authority) -> None:
    assert audit.stamp(at=AT) is None
    write()

    assert audit.stamp(at=AT) == 2
    assert audit.stamp(at=AT) is None
    assert audit.verify(at=AT, authority=authority).stamps == 1


def test_seals_rebuilt_after_the_stamp_are_named(authority: Authority) -> None:
    write()
    audit.stamp(at=AT)
    run("DELETE FROM foundation_auditentry")
    run("DELETE FROM foundation_auditchain")
    run("DELETE FROM foundation_auditseal")
    run("DELETE FROM foundation_auditunsealed")
    write(after_all=True)
    run("UPDATE foundation_auditstamp SET seal = 2")
    with as_owner_of_the_server():
        forged = AuditSeal.objects.get(seq=2)
    assert forged.count == 6

    assert broken() == "dấu thời gian của niêm phong 2: niêm phong khác với khi đóng dấu"


def test_a_forged_stamp_is_named(authority: Authority) -> None:
    write()
    audit.stamp(at=AT)
    run("UPDATE foundation_auditstamp SET token = digest")

    first = audit.verify(at=AT, authority=authority).first
    assert str(first).startswith("dấu thời gian của niêm phong 2: dấu không hợp lệ")


def test_no_more_breaks_are_named_than_asked() -> None:
    write()
    run("UPDATE foundation_auditentry SET payload = '{}'::bytea")

    assert len(audit.verify(at=AT, limit=3).breaks) == 3


def test_a_longer_trace_takes_no_more_queries_than_seals(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    write(chains=20, entries=4)
    with django_assert_num_queries(10) as counted:
        audit.verify(at=AT)
    assert len(counted.captured_queries) == 10


BYTES = {
    "auditentry": ("payload", "previous", "hash"),
    "auditseal": ("leaves", "content", "previous", "hash"),
    "auditchain": ("head",),
}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.sampled_from([(table, column) for table, columns in BYTES.items() for column in columns]),
    row=st.integers(0, 10**6),
    byte=st.integers(0, 10**6),
    flip=st.integers(1, 255),
)
def test_any_flipped_byte_anywhere_is_noticed(place: tuple[str, str], row: int, byte: int, flip: int) -> None:
    table, column = place
    sid = transaction.savepoint()
    try:
        write()
        assert broken() == ""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT ctid::text, {column} FROM foundation_{table} ORDER BY 1")  # noqa: S608
            rows = cursor.fetchall()
        where, value = rows[row % len(rows)]
        changed = bytearray(value)
        changed[byte % len(changed)] ^= flip
        run(
            f"UPDATE foundation_{table} SET {column} = %s WHERE ctid = %s::tid",  # noqa: S608
            bytes(changed),
            where,
        )
        assert broken() != ""
    finally:
        transaction.savepoint_rollback(sid)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gone=st.sets(st.integers(0, 11), min_size=1, max_size=11))
def test_any_removed_entries_are_noticed(gone: set[int]) -> None:
    sid = transaction.savepoint()
    try:
        write()
        ids = list(AuditEntry.objects.order_by("id").values_list("id", flat=True))
        run("DELETE FROM foundation_auditentry WHERE id = ANY(%s)", [ids[number] for number in gone])
        assert broken() != ""
    finally:
        transaction.savepoint_rollback(sid)


def test_the_recipe_of_the_hash_is_the_one_the_database_computes() -> None:
    entry = audit.entry_of("test.step", by=OFFICER, at=AT + timedelta(days=1), on=subject(1))
    audit.append([entry, entry])

    first, second = AuditEntry.objects.order_by("seq")
    assert bytes(first.hash) == link_hash(previous=GENESIS, seq=1, payload=entry.payload)
    assert bytes(second.hash) == link_hash(previous=bytes(first.hash), seq=2, payload=entry.payload)
    assert bytes(second.payload) == entry.payload
