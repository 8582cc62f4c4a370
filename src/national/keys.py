"""Private keys in files, made the first time they are asked for."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class KeyFolder:
    """`<folder>/<name>.pem`, readable by the owner only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, name: str) -> Path:
        """Where the key of that name lies."""
        return self.folder / f"{name}.pem"

    def rsa(self, name: str) -> rsa.RSAPrivateKey:
        """The RSA-2048 key of that name."""
        key = self._load(name) or self._keep(name, rsa.generate_private_key(65537, 2048))
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError(f"{self.path(name)} does not hold an RSA key")
        return key

    def p256(self, name: str) -> ec.EllipticCurvePrivateKey:
        """The P-256 key of that name."""
        key = self._load(name) or self._keep(name, ec.generate_private_key(ec.SECP256R1()))
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{self.path(name)} does not hold an EC key")
        return key

    def of_kind(self, name: str, kind: str) -> PrivateKey:
        """The key of that name, `rsa` or `p256`."""
        return self.p256(name) if kind == "p256" else self.rsa(name)

    def _load(self, name: str) -> PrivateKey | None:
        try:
            pem = self.path(name).read_bytes()
        except FileNotFoundError:
            return None
        # our own file: the slow check of its primes would only delay every start
        key = load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise TypeError(f"{self.path(name)} holds a key of another kind")
        return key

    def _keep(self, name: str, key: PrivateKey) -> PrivateKey:
        """Write the key unless another process was quicker; give back the one that stands."""
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        handle, made = tempfile.mkstemp(dir=self.folder)
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
        try:
            os.link(made, self.path(name))
        except FileExistsError:
            return self._load(name) or key
        finally:
            Path(made).unlink()
        return key
