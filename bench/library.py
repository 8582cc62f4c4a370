"""The floor of `bench/signing.py`: the same signatures by pyHanko's own signer, as its manual shows it."""

from __future__ import annotations

import io
from typing import Any

from asn1crypto import cms, crl, keys, ocsp, tsp
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from PIL import Image
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore
from tests.foundation.signing.conftest import LATER, Office
from tests.support.ink import SEAL, SIGNATURE
from tests.support.pki import NOW, Identity

from tinhso.foundation.signing.filling import fill_into


class _SameStamps(TimeStamper):  # type: ignore[misc]  # the library's types are partial
    """The stamps that ours gets too, behind the library's interface."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self._stamps = office.stamps

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Stamp without a network."""
        token = self._stamps.stamp(req["message_imprint"]["hashed_message"].native, nonce=req["nonce"].native)
        answer = tsp.TimeStampResp(
            {"status": {"status": "granted"}, "time_stamp_token": cms.ContentInfo.load(token)}
        )
        return tsp.TimeStampResp.load(answer.dump())


class Library:
    """A leader and a seal that sign with the library's signer."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.leader = self._signer(office.leader)
        self.seal = self._signer(office.agency)
        stamper = office.stamps.identity
        authority = office.authority
        self.ocsps = [authority.ocsp(one.asn1) for one in (office.leader, office.agency, stamper)]
        self.crl = authority.crl(authority.root)
        self.stamper = _SameStamps(office)

    def led(self, pdf: bytes) -> bytes:
        """Signed by the leader."""
        return self._sign(
            IncrementalPdfFileWriter(io.BytesIO(pdf)), self.leader, "signature", SIGNATURE, True
        )

    def sealed(self, pdf: bytes, *, number: str) -> bytes:
        """Numbered, dated and sealed."""
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        fill_into(writer, {**LATER, "number": number})
        return self._sign(writer, self.seal, "seal", SEAL, False)

    def _sign(
        self, writer: IncrementalPdfFileWriter, signer: Any, field: str, image: bytes, first: bool
    ) -> bytes:
        metadata = signers.PdfSignatureMetadata(
            field_name=field,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            embed_validation_info=True,
            validation_context=self._context(),
            certify=first,
            docmdp_permissions=MDPPerm.FILL_FORMS,
        )
        style = TextStampStyle(
            stamp_text="", background=_picture(image), border_width=0, background_opacity=1
        )
        made = signers.PdfSigner(metadata, signer=signer, timestamper=self.stamper, stamp_style=style)
        return bytes(made.sign_pdf(writer).getvalue())

    def _context(self) -> ValidationContext:
        return ValidationContext(
            trust_roots=self.office.authority.roots,
            other_certs=[self.office.authority.issuer.asn1],
            moment=NOW,
            ocsps=[ocsp.OCSPResponse.load(one) for one in self.ocsps],
            crls=[crl.CertificateList.load(self.crl)],
            revocation_mode="hard-fail",
        )

    def _signer(self, identity: Identity) -> signers.SimpleSigner:
        return signers.SimpleSigner(
            signing_cert=identity.asn1, signing_key=_key(identity), cert_registry=self._store()
        )

    def _store(self) -> SimpleCertificateStore:
        store = SimpleCertificateStore()
        store.register(self.office.authority.issuer.asn1)
        return store


def _picture(image: bytes) -> PdfImage:
    return PdfImage(Image.open(io.BytesIO(image)))


def _key(identity: Identity) -> keys.PrivateKeyInfo:
    der = identity.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return keys.PrivateKeyInfo.load(der)
