"""Keys in a file and in a token make signatures in the form of XML signatures (exchange protocol §10.1)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tests.exchange.evidence.trusted import NOW, World, certificate, key_of, named
from tinhso.exchange.evidence import keys, signatures
from tinhso.exchange.evidence.chains import MESSAGE
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.profile import Seal

LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so")
TOKEN, PIN = "trao-doi", "123456"
DIGEST = bytes(64)


@pytest.mark.parametrize(("kind", "length"), [("ec", 64), ("rsa", 256)])
def test_a_key_in_a_file_signs_in_the_form_of_xml(kind: str, length: int) -> None:
    world = World(kind)
    made = world.key().sign("thông điệp".encode())
    public = keys.public_key(world.signer.der)
    assert len(made) == length
    assert keys.is_signed(public, made, "thông điệp".encode())
    assert not keys.is_signed(public, made, b"khac")
    assert not keys.is_signed(public, made[:-1], "thông điệp".encode())


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_a_key_is_read_from_the_bytes_of_a_file(encoding: Encoding) -> None:
    world = World("ec")
    plain = world.signer.key.private_bytes(encoding, PrivateFormat.PKCS8, NoEncryption())
    shut = world.signer.key.private_bytes(encoding, PrivateFormat.PKCS8, BestAvailableEncryption(b"mat-khau"))
    assert keys.FileKey.read(plain, world.signer.der).algorithm == keys.ECDSA
    assert keys.FileKey.read(shut, world.signer.der, password=b"mat-khau").algorithm == keys.ECDSA
    for data, password in ((shut, None), (shut, b"sai"), (b"nonsense", None), (plain, b"mat-khau")):
        with pytest.raises(keys.CannotSign) as caught:
            keys.FileKey.read(data, world.signer.der, password=password)
        assert caught.value.code == "key_not_found"


def test_a_key_of_another_certificate_is_refused() -> None:
    with pytest.raises(keys.CannotSign) as caught:
        keys.FileKey(key_of("ec", "nobody"), World("ec").signer.der)
    assert caught.value.code == "cert_not_found"


def test_a_key_of_another_kind_is_refused() -> None:
    other = ed25519.Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    with pytest.raises(keys.CannotSign) as caught:
        keys.FileKey.read(other, World("ec").signer.der)
    assert caught.value.code == "unsupported_sign_algorithm"


WEAK = rsa.generate_private_key(65537, 1024)  # noqa: S505 - weak on purpose


@pytest.mark.parametrize("weak", [WEAK, ec.generate_private_key(ec.SECP256K1())])
def test_weak_and_foreign_keys_are_refused(weak: keys.PrivateKey) -> None:
    with pytest.raises(BadEvidence) as caught:
        keys.public_key(certificate(named("yếu"), weak, None).der)
    assert caught.value.code == "incorrect_certificate"
    with pytest.raises(BadEvidence):
        keys.public_key(b"nonsense")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    tool = shutil.which("softhsm2-util")
    found = next((one for one in LIBRARIES if Path(one).exists()), None)
    if tool is None or found is None:
        pytest.skip("SoftHSM (softhsm2) is not installed: keys in a token were not tried")
    already = os.environ.get("SOFTHSM2_CONF")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    _run(tool, "--init-token", "--free", "--label", TOKEN, "--so-pin", PIN, "--pin", PIN)
    for number, kind in (("01", "rsa"), ("02", "ec")):
        file = folder / f"{kind}.pem"
        held = World(kind).signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(held)
        _run(tool, "--import", str(file), "--token", TOKEN, "--pin", PIN, "--label", kind, "--id", number)
    pkcs11.lib(found).reinitialize()  # another test may have loaded it with tokens of its own
    yield found
    if already is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = already


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_key_in_a_token_signs_messages(kind: str, library: str) -> None:
    world = World(kind)
    key = keys.Pkcs11Key(library, token=TOKEN, pin=PIN, label=kind, certificate=world.signer.der)
    signed = signatures.sign_one(Seal(key, [world.answer()]), DIGEST, at=NOW)
    assert signatures.verify(signed, {MESSAGE: DIGEST}, world.trust(), NOW).member == world.member
    key.close()
    again = signatures.sign_one(Seal(key, [world.answer()]), DIGEST, at=NOW)
    assert signatures.verify(again, {MESSAGE: DIGEST}, world.trust(), NOW).member == world.member
    key.close()


@pytest.mark.parametrize(("label", "pin"), [("no-such-key", PIN), ("ec", "000000")])
def test_a_token_that_does_not_sign_is_told(label: str, pin: str, library: str) -> None:
    key = keys.Pkcs11Key(library, token=TOKEN, pin=pin, label=label, certificate=World("ec").signer.der)
    with pytest.raises(keys.CannotSign) as caught:
        key.sign(b"data")
    assert caught.value.code == "cannot_sign"
