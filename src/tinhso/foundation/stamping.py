"""The trace's stamps, taken from the time-stamp authority that signing is bound to."""

from __future__ import annotations

import hashlib
from datetime import datetime

from asn1crypto import cms as asn1

from tinhso.foundation import audit
from tinhso.foundation.signing import cms, ports
from tinhso.foundation.signing.errors import SigningError


class SigningStamps:
    """Answers the trace's port by signing's."""

    def stamp(self, digest: bytes) -> bytes:
        """A token over the digest. Raises LookupError when none is bound, StampUnavailable."""
        return ports.stamp_authority().stamp(digest)

    def stamped_at(self, token: bytes, digest: bytes) -> datetime:
        """When the token says the digest existed (UTC).

        Checked against the certificate in the token; whether that certificate is trusted is for whoever
        keeps the roots. Raises ValueError for a token of something else or a broken signature.
        """
        try:
            moment, chain = cms.read_stamp(token, digest=digest)
            signed = asn1.ContentInfo.load(token)["content"]
            signer = signed["signer_infos"][0]
            attributes = signer["signed_attrs"].untag().dump(force=True)
            content = signed["encap_content_info"]["content"].contents
            if cms.document_digest_of(attributes) != hashlib.sha256(content).digest():
                raise ValueError("the token's content was changed")
            cms.check_signature(
                certificate=chain.certificate, data=attributes, signature=signer["signature"].native
            )
        except SigningError as error:
            raise ValueError(str(error)) from error
        return moment


def bind() -> None:
    """Let the trace take its stamps from signing's authority."""
    if not audit.stamp_authority.answered:
        audit.stamp_authority.bind(SigningStamps())
