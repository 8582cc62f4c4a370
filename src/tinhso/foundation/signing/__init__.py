"""Signing: PAdES signatures by people and agencies, in two phases, and their verification.

It must not decide who may sign what, nor give numbers: rooms do. It keeps nothing; the state between the
phases is given to the caller.
"""

from __future__ import annotations

from tinhso.foundation.signing import errors, specimens
from tinhso.foundation.signing.confined import verify_confined
from tinhso.foundation.signing.contracts import (
    Appearance,
    Begun,
    Box,
    Chain,
    Draft,
    SignatureFieldSpec,
    Signed,
    TextFieldSpec,
)
from tinhso.foundation.signing.csc import CscSigner
from tinhso.foundation.signing.detached import Signatory, sign_beside, verify_beside
from tinhso.foundation.signing.fields import corner, corner_lines, prepare
from tinhso.foundation.signing.folders import FolderSeals, FolderTrust
from tinhso.foundation.signing.keys import KeptKey, KeptKeySeals
from tinhso.foundation.signing.ports import (
    Asked,
    PersonalSigner,
    SealSigner,
    StampAuthority,
    personal_signer,
    seal_signer,
    stamp_authority,
    trusted,
)
from tinhso.foundation.signing.report import Change, Level, Report, Revocation, SignatureReport
from tinhso.foundation.signing.revocations import HttpRevocations
from tinhso.foundation.signing.session import begin, complete, fill, seal
from tinhso.foundation.signing.stamps import HttpStamps
from tinhso.foundation.signing.steps import (
    DATE,
    NUMBER,
    SEAL,
    SIGNER,
    Pending,
    ask,
    put_seal,
    seal_unsigned,
    take_in,
)
from tinhso.foundation.signing.tokens import TokenKey, TokenSeals
from tinhso.foundation.signing.trust import Answers, Evidence, RevocationSource, Trust
from tinhso.foundation.signing.verification import verify

__all__ = [
    "DATE",
    "NUMBER",
    "SEAL",
    "SIGNER",
    "Answers",
    "Appearance",
    "Asked",
    "Begun",
    "Box",
    "Chain",
    "Change",
    "CscSigner",
    "Draft",
    "Evidence",
    "FolderSeals",
    "FolderTrust",
    "HttpRevocations",
    "HttpStamps",
    "KeptKey",
    "KeptKeySeals",
    "Level",
    "Pending",
    "PersonalSigner",
    "Report",
    "Revocation",
    "RevocationSource",
    "SealSigner",
    "Signatory",
    "SignatureFieldSpec",
    "SignatureReport",
    "Signed",
    "StampAuthority",
    "TextFieldSpec",
    "TokenKey",
    "TokenSeals",
    "Trust",
    "ask",
    "begin",
    "complete",
    "corner",
    "corner_lines",
    "errors",
    "fill",
    "personal_signer",
    "prepare",
    "put_seal",
    "seal",
    "seal_signer",
    "seal_unsigned",
    "sign_beside",
    "specimens",
    "stamp_authority",
    "take_in",
    "trusted",
    "verify",
    "verify_beside",
    "verify_confined",
]
