"""The door of the vault."""

from tinhso.vault.contracts import (
    AlreadyEnded,
    DocumentRevoked,
    DocumentView,
    Lent,
    NoLongerHolds,
    NotInVault,
    Source,
    State,
    UseKind,
    UseView,
)
from tinhso.vault.kinds import DocumentKind, kind_of_result, kinds, kinds_for
from tinhso.vault.operations.documents import keep, keep_upload, remove, replace, revoke
from tinhso.vault.operations.uses import lend, offer, usable, used
from tinhso.vault.queries.documents import about, by_ids, document, documents, held, of_bytes
from tinhso.vault.queries.uses import uses
from tinhso.vault.signatures import report

__all__ = [
    "AlreadyEnded",
    "DocumentKind",
    "DocumentRevoked",
    "DocumentView",
    "Lent",
    "NoLongerHolds",
    "NotInVault",
    "Source",
    "State",
    "UseKind",
    "UseView",
    "about",
    "by_ids",
    "document",
    "documents",
    "held",
    "keep",
    "keep_upload",
    "kind_of_result",
    "kinds",
    "kinds_for",
    "lend",
    "of_bytes",
    "offer",
    "remove",
    "replace",
    "report",
    "revoke",
    "usable",
    "used",
    "uses",
]
