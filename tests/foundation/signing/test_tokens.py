"""Seals made inside a token (PKCS #11), tried on SoftHSM."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.foundation.signing.conftest import Office, certificate_on_paper, draft_of
from tests.support.pki import NOW
from tinhso.foundation import signing
from tinhso.foundation.signing import errors

LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so")
TOKEN, PIN = "rach-gia", "123456"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    tool = shutil.which("softhsm2-util")
    found = next((one for one in LIBRARIES if Path(one).exists()), None)
    if tool is None or found is None:
        pytest.skip("SoftHSM (softhsm2) is not installed: seals in a token were not tried")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    _run(tool, "--init-token", "--free", "--label", TOKEN, "--so-pin", PIN, "--pin", PIN)
    yield found
    del os.environ["SOFTHSM2_CONF"]


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def _put(office: Office, label: str, number: str, folder: Path) -> None:
    file = folder / "key.pem"
    file.write_bytes(office.agency.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    tool = shutil.which("softhsm2-util") or ""
    _run(tool, "--import", str(file), "--token", TOKEN, "--pin", PIN, "--label", label, "--id", number)


@pytest.mark.parametrize(("kind", "number"), [("rsa", "01"), ("ec", "02")])
def test_a_token_seals(kind: str, number: str, library: str, tmp_path: Path) -> None:
    office = Office(kind)
    _put(office, f"seal-{kind}", number, tmp_path)
    key = signing.TokenKey(f"seal-{kind}", office.authority.chain(office.agency))
    seals = signing.TokenSeals(library, token=TOKEN, pin=PIN, keys={"rach-gia": key})

    pdf = office.sealed(office.led(draft_of(certificate_on_paper())), signer=seals)
    seals.close()

    assert office.verify(pdf).sound


def test_a_missing_key_is_told(library: str) -> None:
    office = Office("ec")
    key = signing.TokenKey("no-such-key", office.authority.chain(office.agency))
    seals = signing.TokenSeals(library, token=TOKEN, pin=PIN, keys={"rach-gia": key})

    with pytest.raises(errors.SignerUnavailable):
        seals.sign(agency="rach-gia", data=b"data")
    with pytest.raises(errors.SignerUnavailable):
        seals.sign(agency="ha-tien", data=b"data")
    seals.close()


def test_a_wrong_pin_is_told(library: str) -> None:
    office = Office("ec")
    key = signing.TokenKey("seal-ec", office.authority.chain(office.agency))
    seals = signing.TokenSeals(library, token=TOKEN, pin="000000", keys={"rach-gia": key})

    with pytest.raises(errors.SignerUnavailable):
        signing.seal(
            draft_of(certificate_on_paper()),
            field="seal",
            agency="rach-gia",
            signer=seals,
            trust=office.trust,
            stamps=None,
            at=NOW,
        )
