"""Tokens of machines: made, shown once, revoked."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation import transactions
from tinhso.foundation.acts import acts
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.identity.contracts import BadToken
from tinhso.identity.models import Token
from tinhso.identity.queries.tokens import PREFIX, digest


def create_token(
    *,
    name: str,
    acts_allowed: Sequence[str],
    agency_id: UUID | None = None,
    expires_at: datetime | None = None,
    by: ActorRef,
    at: datetime,
) -> tuple[UUID, str]:
    """A new token: its id and its secret, which is shown this once. Raises Invalid for an unknown act."""
    rooms = {known.partition(".")[0] for known, _act in acts}
    for wanted in acts_allowed:
        if wanted not in acts and not (wanted.endswith(".*") and wanted[:-2] in rooms):
            raise Invalid(_("Không có quyền nào tên “%(name)s”.") % {"name": wanted})
    secret = PREFIX + secrets.token_urlsafe(32)
    row = Token(
        id=new_id(),
        name=name,
        secret_hash=digest(secret),
        acts=list(acts_allowed),
        agency_id=agency_id,
        created_at=at,
        expires_at=expires_at,
    )
    with transactions.act("identity.create_token", by=by, at=at, on=SubjectRef("token", row.id)) as work:
        row.save(force_insert=True)
        work.record(name=name, acts=list(acts_allowed), agency=agency_id and str(agency_id))
    return row.id, secret


def revoke_token(*, token_id: UUID, by: ActorRef, at: datetime) -> None:
    """End a token at once. Raises BadToken when it stands no more."""
    with transactions.act("identity.revoke_token", by=by, at=at, on=SubjectRef("token", token_id)):
        if not Token.objects.filter(id=token_id, revoked_at=None).update(revoked_at=at):
            raise BadToken(_("Mã truy cập này đã bị thu hồi hoặc không tồn tại."))
