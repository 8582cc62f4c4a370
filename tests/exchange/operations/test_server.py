"""The server's name, keys and rest; every change is told to all gateways at once."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.db import connection
from pytest_django.fixtures import Settings as SettingsWrapper

from tests.exchange.evidence import trusted
from tests.support.constraints import refused
from tests.support.people import AT
from tests.support.waiting import WITHIN_SECONDS
from tinhso.exchange.contracts import KeyKind, KeyUse
from tinhso.exchange.models import ServerKey, State
from tinhso.exchange.operations import members, server
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM

pytestmark = pytest.mark.django_db
SERVER, MEMBER = "VN-DEMO/GOV/H01/AG1", "VN-DEMO/GOV/H01"


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, settings: SettingsWrapper) -> Path:
    settings.EXCHANGE = replace(settings.EXCHANGE, keys=tmp_path / "keys", key_password="")
    return tmp_path / "keys"


def anchor() -> dict[str, str]:
    made = trusted.certificate(trusted.named("Neo"), trusted.key_of("ec", "anchor"), None)
    return {
        "instance": "VN-DEMO",
        "url": "http://127.0.0.1:1/exchange/globalconf",
        "certificate": base64.b64encode(made.der).decode(),
    }


def given_for(request: str, use: KeyUse, *, days: int = 3650) -> bytes:
    """What the authority gives for a request."""
    read = x509.load_pem_x509_csr(request.encode())
    assert read.is_signature_valid
    above = trusted.authority("Nơi cấp")
    builder = (
        x509.CertificateBuilder()
        .subject_name(read.subject)
        .issuer_name(above.certificate.subject)
        .public_key(read.public_key())
        .serial_number(7)
        .not_valid_before(trusted.BORN)
        .not_valid_after(trusted.BORN + timedelta(days=days))
        .add_extension(trusted.usage(signs=use is KeyUse.TLS, commits=use is KeyUse.SIGNING), critical=True)
    )
    if use is KeyUse.TLS:
        both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(both), critical=False)
    own = builder.sign(above.key, read.signature_hash_algorithm)
    return own.public_bytes(Encoding.PEM) + above.certificate.public_bytes(Encoding.PEM)


def made(use: KeyUse, member: str, kind: KeyKind = KeyKind.EC) -> server.Made:
    return server.make_key(use=use, member=member, name="UBND tỉnh An Giang", kind=kind, by=SYSTEM, at=AT)


def taken(use: KeyUse, member: str, reference: str, given: bytes) -> ServerKey:
    key_id = server.take_certificate(
        use=use, member=member, reference=reference, given=given, by=SYSTEM, at=AT
    )
    return ServerKey.objects.get(id=key_id)


@pytest.mark.parametrize("kind", list(KeyKind))
def test_a_key_is_made_certified_and_used(kind: KeyKind, keys: Path) -> None:
    fresh = made(KeyUse.SIGNING, MEMBER, kind)

    key = taken(KeyUse.SIGNING, MEMBER, fresh.reference, given_for(fresh.request, KeyUse.SIGNING))
    server.activate(key_id=key.id, by=SYSTEM, at=AT)

    key.refresh_from_db()
    assert key.active
    assert len(key.certificates) == 1, "the root is left out"
    assert Path(fresh.reference).parent == keys
    assert Path(fresh.reference).stat().st_mode & 0o777 == 0o600


def test_requests_say_whose_the_key_is() -> None:
    tls = x509.load_pem_x509_csr(made(KeyUse.TLS, SERVER).request.encode())
    signing = x509.load_pem_x509_csr(made(KeyUse.SIGNING, MEMBER).request.encode())

    assert tls.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == SERVER
    assert signing.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)[0].value == MEMBER


def test_a_newer_key_takes_the_place_of_the_old_one() -> None:
    first, second = made(KeyUse.SIGNING, MEMBER), made(KeyUse.SIGNING, MEMBER)
    old = taken(KeyUse.SIGNING, MEMBER, first.reference, given_for(first.request, KeyUse.SIGNING))
    new = taken(KeyUse.SIGNING, MEMBER, second.reference, given_for(second.request, KeyUse.SIGNING))
    server.activate(key_id=old.id, by=SYSTEM, at=AT)

    server.activate(key_id=new.id, by=SYSTEM, at=AT)

    assert ServerKey.objects.get(active=True).id == new.id
    server.retire(key_id=new.id, by=SYSTEM, at=AT)
    assert not ServerKey.objects.filter(active=True).exists()


def test_certificates_of_others_for_other_uses_or_other_keys_are_refused() -> None:
    fresh, other = made(KeyUse.SIGNING, MEMBER), made(KeyUse.SIGNING, MEMBER)
    good = given_for(fresh.request, KeyUse.SIGNING)

    for use, member, reference, given in (
        (KeyUse.SIGNING, "VN-DEMO/GOV/H02", fresh.reference, good),
        (KeyUse.TLS, MEMBER, fresh.reference, good),
        (KeyUse.SIGNING, MEMBER, fresh.reference, given_for(fresh.request, KeyUse.TLS)),
        (KeyUse.SIGNING, MEMBER, other.reference, good),
        (KeyUse.SIGNING, MEMBER, "/khong/co.pem", good),
        (KeyUse.SIGNING, MEMBER, fresh.reference, given_for(fresh.request, KeyUse.SIGNING, days=30)),
        (KeyUse.SIGNING, MEMBER, fresh.reference, b"nothing"),
        (KeyUse.TLS, MEMBER, "pkcs11:token=x;object=y", good),
    ):
        with pytest.raises(Invalid):
            taken(use, member, reference, given)


def test_a_chain_is_kept_in_its_order_and_one_with_a_gap_is_refused() -> None:
    fresh = made(KeyUse.SIGNING, MEMBER)
    root = trusted.authority("Gốc")
    between = trusted.authority("Nơi cấp", root)
    given = given_for(fresh.request, KeyUse.SIGNING)
    own = given[: given.index(b"-----END CERTIFICATE-----") + 26]
    middle, top = (one.certificate.public_bytes(Encoding.PEM) for one in (between, root))

    key = taken(KeyUse.SIGNING, MEMBER, fresh.reference, own + middle + top)

    assert [base64.b64decode(one) for one in key.certificates[1:]] == [between.der]
    stranger = trusted.authority("Nơi khác", root).certificate.public_bytes(Encoding.PEM)
    for broken in (own + stranger, own + own, middle + own):
        with pytest.raises(Invalid):
            taken(KeyUse.SIGNING, MEMBER, fresh.reference, broken)


def test_keys_from_elsewhere_are_taken_sealed(settings: SettingsWrapper) -> None:
    settings.EXCHANGE = replace(settings.EXCHANGE, key_password="bí mật")
    pem = trusted.key_of("rsa", "elsewhere").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    reference = server.take_key(pem=pem, by=SYSTEM, at=AT)

    assert b"ENCRYPTED" in Path(reference).read_bytes()
    with pytest.raises(Invalid):
        server.take_key(pem=b"nothing", by=SYSTEM, at=AT)


def test_the_server_is_named_with_an_anchor_that_can_be_used() -> None:
    server.name_server(server=SERVER, anchor=anchor(), by=SYSTEM, at=AT)

    assert State.objects.get().server == SERVER
    for name, spoilt in (
        ("A/B/C", anchor()),
        (SERVER, {}),
        (SERVER, anchor() | {"certificate": "AAAA"}),
        (SERVER, anchor() | {"url": "ftp://x"}),
        (SERVER, cast(dict[str, str], anchor() | {"url": 1})),
        (SERVER, cast(dict[str, str], anchor() | {"certificate": None})),
        (SERVER, cast(dict[str, str], ["anchor"])),
    ):
        with pytest.raises(Invalid):
            server.name_server(server=name, anchor=spoilt, by=SYSTEM, at=AT)


def test_another_anchor_forgets_the_document_of_the_old_one() -> None:
    first = anchor()
    server.name_server(server=SERVER, anchor=first, by=SYSTEM, at=AT)
    State.objects.update(global_configuration="old")

    server.name_server(server=SERVER, anchor=first, by=SYSTEM, at=AT)
    assert State.objects.get().global_configuration == "old"
    server.name_server(server=SERVER, anchor=first | {"url": "http://x"}, by=SYSTEM, at=AT)
    assert State.objects.get().global_configuration == ""


def revision() -> int:
    return State.objects.get().revision


def test_every_change_of_configuration_raises_the_revision() -> None:
    server.set_maintenance(notice="", by=SYSTEM, at=AT)
    before = revision()

    server.set_maintenance(notice="Bảo dưỡng đến 17 giờ", by=SYSTEM, at=AT)
    assert revision() == before + 1
    members.register(identifier=f"{MEMBER}/TINHSO", member_name="x", name="x", by=SYSTEM, at=AT)
    assert revision() == before + 2
    State.objects.update(global_fetched_at=AT)
    assert revision() == before + 2, "what nobody needs to know is not told"


@pytest.mark.django_db(transaction=True)
def test_gateways_are_told_when_a_change_commits() -> None:
    parameters = connection.get_connection_params()
    address = {
        name: parameters[name]
        for name in ("dbname", "user", "password", "host", "port")
        if name in parameters
    }
    with psycopg.connect(**address, autocommit=True) as listening:
        listening.execute("LISTEN exchange_changed")

        server.set_maintenance(notice="Bảo dưỡng", by=SYSTEM, at=AT)

        assert [one.channel for one in listening.notifies(timeout=WITHIN_SECONDS, stop_after=1)] == [
            "exchange_changed"
        ]


def test_unknown_keys_are_not_found() -> None:
    for change in (server.activate, server.retire):
        with pytest.raises(NotFound):
            change(key_id=new_id(), by=SYSTEM, at=AT)


def kept(**changes: object) -> ServerKey:
    facts = {
        "use": "tls",
        "member": SERVER,
        "reference": "x",
        "certificates": ["x"],
        "not_before": AT,
        "not_after": AT + timedelta(days=1),
        "added_at": AT,
    }
    return ServerKey.objects.create(**{**facts, **changes})


def test_the_database_refuses_what_no_operation_would_write() -> None:
    kept(active=True)

    refused("server_key_known_use", lambda: kept(use="other"))
    refused("server_key_lives_forward", lambda: kept(not_after=AT))
    refused("server_key_has_a_certificate", lambda: kept(certificates=[]))
    refused("server_key_one_active", lambda: kept(active=True))
    refused("state_is_one_row", lambda: State.objects.create(id=2))


def test_a_key_that_is_over_is_not_used() -> None:
    over = kept(not_after=AT - timedelta(days=1), not_before=AT - timedelta(days=2))

    with pytest.raises(Invalid):
        server.activate(key_id=over.id, by=SYSTEM, at=AT)
