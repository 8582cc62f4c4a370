"""The site as `make run` serves it, with the two acts that need a person's device done without one.

Rendering and signing are measured by `make bench-signing`: here the draft is rendered once per process, and
`sign` and `seal` write what the real acts write, with the draft in the place of the signed file.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.config.wsgi import application  # isort: skip - makes Django ready, so it comes first
from tinhso.dossiers import notices
from tinhso.dossiers.models import Dossier, Result
from tinhso.dossiers.operations import acting, results, signatures
from tinhso.dossiers.operations.turns import advance, turn
from tinhso.foundation import paper, signing
from tinhso.foundation.refs import ActorRef

__all__ = ["application"]


def _once(make: Callable[..., Any]) -> Callable[..., Any]:
    made: list[Any] = []

    def first(*given: Any, **named: Any) -> Any:
        if not made:
            made.append(make(*given, **named))
        return made[0]

    return first


def _sign(_given: Any, *, dossier_id: UUID, by: ActorRef, at: datetime, seen: int | None) -> None:
    result = results.current(dossier_id)
    with turn("sign", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        Result.objects.filter(id=result.id).update(
            state="signed", signed_file=result.draft_file, signed_at=at, signed_by=by.name
        )
        advance(taken, facts={"ket_luan": "ky"})


def _seal(_given: Any, *, dossier_id: UUID, by: ActorRef, at: datetime, seen: int | None) -> None:
    result = results.current(dossier_id)
    dossier = Dossier.objects.get(id=dossier_id)
    signatures._number(result, dossier, by=by, at=at, seen=seen)
    with turn("seal", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        Result.objects.filter(id=result.id).update(
            state="sealed", sealed_file=result.draft_file, sealed_at=at
        )
        advance(taken, facts={})
        notices.ready(taken)


paper.render = _once(paper.render)
signing.prepare = _once(signing.prepare)
acting.ACTS = {**acting.ACTS, "sign": (acting._Version, _sign), "seal": (acting._Version, _seal)}
