"""Who signs, who stamps and whom we trust, as the settings say."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation import http, signing
from tinhso.foundation.signing import errors

SERVICE = "Ký số từ xa"


@lru_cache(maxsize=4096)
def credential_of(person: str) -> str:
    """The credential registered for a person at the remote signing service (CSC `credentials/list`).

    Raises SignerUnavailable when the service does not answer or knows none.
    """
    try:
        found = http.call(
            "POST",
            f"{settings.SIGNING['csc']}/credentials/list",
            service=SERVICE,
            headers={"authorization": f"Bearer {settings.SIGNING['csc_token']}"},
            json={"userID": person},
        ).json()
        return str(found["credentialIDs"][0])
    except (http.Unanswered, KeyError, IndexError, TypeError) as error:
        raise errors.SignerUnavailable(
            _("Chưa có chứng thư ký số của anh/chị ở dịch vụ ký từ xa. Hãy báo người quản trị."),
            person=person,
        ) from error


def bind() -> None:
    """Bind signing's ports."""
    given: dict[str, Any] = settings.SIGNING
    signing.stamp_authority.bind(signing.HttpStamps(given["stamps"]))
    signing.personal_signer.bind(
        signing.CscSigner(
            given["csc"],
            token=lambda: str(settings.SIGNING["csc_token"]),
            credential_of=credential_of,
            confirm_at=lambda person: str(settings.SIGNING["confirm"]).replace("{person}", person),
        )
    )
    signing.seal_signer.bind(
        signing.FolderSeals(given["seals"], password=str(given["seals_password"]).encode())
    )
    signing.trusted.bind(signing.FolderTrust(given["roots"], revocations=signing.HttpRevocations()))
