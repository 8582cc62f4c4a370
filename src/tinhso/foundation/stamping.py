"""The trace's stamps, taken from the time-stamp authority that signing is bound to."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.utils.translation import gettext as _

from tinhso.foundation import audit
from tinhso.foundation.signing import cms, ports
from tinhso.foundation.signing.errors import SigningError
from tinhso.foundation.signing.trust import Evidence


class SigningStamps:
    """Answers the trace's port by signing's."""

    def stamp(self, digest: bytes) -> audit.Stamped:
        """A token over the digest, with proof that a trusted root vouches for its certificate now.

        Raises LookupError when nobody is bound, StampUnavailable, CertificateProblem.
        """
        token = ports.stamp_authority().stamp(digest)
        moment, chain = cms.read_stamp(token, digest=digest)
        proof = ports.trusted().evidence(chain, at=moment, for_stamps=True)
        return audit.Stamped(token=token, proof=msgspec.msgpack.encode(proof))

    def stamped_at(self, stamped: audit.Stamped, digest: bytes) -> datetime:
        """When the token says the digest existed (UTC), by the proof kept with it: nobody is asked.

        Raises ValueError for a token of something else, a broken signature, or a certificate that leads to
        no root trusted today.
        """
        try:
            moment, chain = cms.read_stamp(stamped.token, digest=digest)
            proof = msgspec.msgpack.decode(stamped.proof, type=Evidence)
            ports.trusted().check(proof, chain, at=moment, for_stamps=True)
        except SigningError as error:
            raise ValueError(error.message) from error
        except msgspec.MsgspecError as error:
            raise ValueError(_("không có bằng chứng về chứng thư đóng dấu")) from error
        return moment


def bind() -> None:
    """Let the trace take its stamps from signing's authority."""
    if not audit.stamp_authority.answered:
        audit.stamp_authority.bind(SigningStamps())
