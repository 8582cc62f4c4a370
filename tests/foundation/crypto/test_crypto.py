from __future__ import annotations

import base64
import os
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from tinhso.foundation import crypto, keyring, moments

pytestmark = pytest.mark.django_db


def line(name: str) -> str:
    return f"{name} {base64.b64encode(os.urandom(32)).decode()}\n"


def test_what_is_sealed_for_a_person_opens_for_that_person_only() -> None:
    anh, em = uuid4(), uuid4()
    crypto.seal(em, b"")
    sealed = crypto.seal(anh, "Nguyễn Văn Ánh".encode())

    assert crypto.unseal(anh, sealed).decode() == "Nguyễn Văn Ánh"
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(em, sealed)
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(uuid4(), sealed)


def test_the_same_value_is_sealed_differently_each_time() -> None:
    person = uuid4()

    assert crypto.seal(person, b"079") != crypto.seal(person, b"079")


@pytest.mark.parametrize("place", [0, 1, 13, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    person = uuid4()
    sealed = bytearray(crypto.seal(person, b"value"))
    sealed[place] ^= 1

    with pytest.raises(crypto.Unreadable):
        crypto.unseal(person, bytes(sealed))


def test_a_cut_value_is_noticed() -> None:
    person = uuid4()
    sealed = crypto.seal(person, b"value")
    for length in (0, 1, 5, 13, 20):
        with pytest.raises(crypto.Unreadable):
            crypto.unseal(person, sealed[:length])


def test_after_erasure_nothing_opens_and_nothing_can_be_sealed() -> None:
    person, other = uuid4(), uuid4()
    sealed, kept = crypto.seal(person, b"secret"), crypto.seal(other, b"kept")

    crypto.erase(person, at=moments.now())
    crypto.erase(person, at=moments.now())

    with pytest.raises(crypto.Erased):
        crypto.unseal(person, sealed)
    with pytest.raises(crypto.Erased):
        crypto.seal(person, b"again")
    assert crypto.unseal_many([(person, sealed), (other, kept)]) == [None, b"kept"]


def test_a_person_erased_before_anything_was_sealed_stays_erased() -> None:
    person = uuid4()
    crypto.erase(person, at=moments.now())

    with pytest.raises(crypto.Erased):
        crypto.seal(person, b"late")


def test_opening_many_values_asks_the_database_once(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    sealed = [(person, crypto.seal(person, b"v")) for person in (uuid4() for _ in range(10))]
    with django_assert_num_queries(1):
        assert crypto.unseal_many(sealed) == [b"v"] * 10


def test_after_rotation_old_values_open_and_the_old_key_can_be_taken_off(settings: Settings) -> None:
    first, second = line("2025"), line("2026")
    settings.KEYRING = keyring.parse(first)
    person = uuid4()
    sealed = crypto.seal(person, b"long kept")
    settings.KEYRING = keyring.parse(first + second)

    assert crypto.unseal(person, sealed) == b"long kept"
    assert crypto.rewrap() == 1
    assert crypto.rewrap() == 0
    settings.KEYRING = keyring.parse(second)
    assert crypto.unseal(person, sealed) == b"long kept"


def test_rotation_keeps_the_lookup_hashes(settings: Settings) -> None:
    first = line("2025")
    settings.KEYRING = keyring.parse(first)
    before = crypto.keyed_hash("personal-id", "091234567890")
    settings.KEYRING = keyring.parse(first + line("2026"))

    assert crypto.keyed_hash("personal-id", "091234567890") == before


def test_a_value_hashes_differently_per_purpose_and_per_master_key(settings: Settings) -> None:
    here = crypto.keyed_hash("personal-id", "091234567890")

    assert len(here) == 32
    assert here != crypto.keyed_hash("phone", "091234567890")
    assert here == crypto.keyed_hash("personal-id", b"091234567890")
    settings.KEYRING = keyring.parse(line("other"))
    assert here != crypto.keyed_hash("personal-id", "091234567890")
    with pytest.raises(ValueError, match="purpose"):
        crypto.keyed_hash("", "x")


@pytest.mark.parametrize(
    "values", ["NULL, '', NULL", r"'\x01', '', now()"], ids=["neither kept nor erased", "both"]
)
def test_the_table_refuses_a_key_neither_kept_nor_erased(values: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_personkey (person_id, wrapped, master, erased_at)"  # noqa: S608 - fixed
            f" VALUES (gen_random_uuid(), {values})"
        )


def test_public_codes_are_easy_to_read_out_and_hard_to_guess() -> None:
    codes = {crypto.random_code() for _ in range(2000)}

    assert len(codes) == 2000
    assert not set("".join(codes)) & set("01OILU")
    with pytest.raises(ValueError, match="6"):
        crypto.random_code(5)


def test_the_demo_ring_is_refused_in_production(settings: Settings) -> None:
    settings.KEYRING = keyring.read({})
    assert any("TINHSO_SECRET_FILE" in fault for fault in crypto.production_faults())
    demo = base64.b64encode(keyring.demo().keys[0].secret).decode()
    settings.KEYRING = keyring.parse(f"mine {demo}")
    assert any("mine" in fault for fault in crypto.production_faults())


def test_a_ring_of_ones_own_is_without_fault(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text("# keys\n\n" + line("2026"))
    file.chmod(0o600)
    settings.KEYRING = keyring.read({"TINHSO_SECRET_FILE": str(file)})
    settings.SECRET_KEY = settings.KEYRING.session_secrets()[0]
    assert crypto.production_faults() == []

    settings.SECRET_KEY = "other"
    assert len(crypto.production_faults()) == 1
    file.chmod(0o644)
    settings.KEYRING = keyring.read({"TINHSO_SECRET_FILE": str(file)})
    assert any("chmod 600" in fault for fault in crypto.production_faults())


@pytest.mark.parametrize(
    "text", ["", "name", "name !!", "name YWJj", "a b c", line("x") + line("x")], ids=range(6)
)
def test_a_ring_that_cannot_be_used_says_what_to_do(text: str) -> None:
    with pytest.raises(keyring.BadKeyring, match="khóa"):
        keyring.parse(text)


def test_a_missing_key_file_says_so() -> None:
    with pytest.raises(keyring.BadKeyring, match="không đọc được"):
        keyring.read({"TINHSO_SECRET_FILE": "/nowhere/keys"})
