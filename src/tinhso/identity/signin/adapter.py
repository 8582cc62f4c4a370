"""How allauth's second factors are kept here: secrets encrypted under the master key, our own names."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from tinhso.foundation import crypto
from tinhso.identity.models import Account, Officer

PURPOSE = "identity.second-factor"


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth publishes no types
    """Bound by `MFA_ADAPTER`."""

    def encrypt(self, text: str) -> str:
        """`key name:base64(nonce, ciphertext)`."""
        master = crypto.ring().current
        nonce = os.urandom(12)
        sealed = AESGCM(master.derived(PURPOSE)).encrypt(nonce, text.encode(), None)
        return f"{master.name}:{b64encode(nonce + sealed).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        """The text that was encrypted, by whichever key of the ring."""
        name, _colon, encoded = encrypted_text.partition(":")
        sealed = b64decode(encoded)
        key = crypto.ring().named(name).derived(PURPOSE)
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], None).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Who asks for a passkey: this site."""
        return {"id": urlsplit(settings.ORIGIN).hostname or "localhost", "name": str(settings.SITE["name"])}

    def get_public_key_credential_user_entity(self, user: Account) -> dict[str, object]:
        """Whose passkey it is."""
        name = Officer.objects.values_list("full_name", flat=True).get(account=user)
        return {"id": user.id.bytes, "display_name": name, "name": user.login or ""}
