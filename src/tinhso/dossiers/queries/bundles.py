"""A bundle as its owner and the desks of its parts see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.dossiers import marks
from tinhso.dossiers.contracts import PartState, Status
from tinhso.dossiers.models import Bundle, BundlePart
from tinhso.foundation.refs import OwnerRef
from tinhso.procedures import api as procedures


@dataclass(frozen=True, slots=True)
class PartView:
    """One procedure of a bundle. `status` and `code` once it is a dossier; `needs` name what it waits for.

    `procedure` is its code, `wanted` the codes of what it needs, `unbilled` whether its costs are still to be
    judged.
    """

    name: str
    agency: str
    state: PartState
    code: str
    status: Status | None
    due_at: datetime | None
    accepted_at: datetime | None
    finished_at: datetime | None
    reason: str
    needs: tuple[str, ...]
    procedure: str
    wanted: tuple[str, ...]
    dossier: UUID | None
    unbilled: bool


@dataclass(frozen=True, slots=True)
class BundleView:
    """What was filed once, and its parts in their order."""

    id: UUID
    code: str
    name: str
    agency: str
    collect: str
    sent_at: datetime
    withdrawn_at: datetime | None
    owner: OwnerRef | None
    parts: tuple[PartView, ...]

    @property
    def open(self) -> bool:
        """Whether anything of it still goes on or waits."""
        return any(
            part.state is PartState.WAITING or (part.code and part.finished_at is None) for part in self.parts
        )

    @property
    def first(self) -> PartView:
        """The part that began at once."""
        return self.parts[0]


def of_code(code: str, owner: OwnerRef | None) -> BundleView | None:
    """The owner's bundle of that code; None for anybody else's."""
    found = Bundle.objects.filter(code=code.strip().upper()).first()
    if found is None or owner is None or (found.owner_kind, found.owner_id) != (owner.kind, owner.id):
        return None
    return view(found)


def of_dossier(dossier_id: UUID) -> BundleView | None:
    """The bundle a dossier is part of. Five queries, one when it is in none."""
    found = Bundle.objects.filter(parts__dossier_id=dossier_id).first()
    return view(found) if found else None


def view(bundle: Bundle) -> BundleView:
    """The bundle with its parts. Four queries."""
    rows = list(BundlePart.objects.filter(bundle=bundle).select_related("dossier").order_by("position"))
    asked = procedures.version(bundle.procedure_version_id).bundle
    briefs = procedures.briefs([bundle.procedure_version_id, *(row.procedure_version_id for row in rows)])
    names = directory.names({bundle.agency_id, bundle.collect_id or bundle.agency_id, *_agencies(rows)})
    by_code = {
        part.procedure: briefs[row.procedure_version_id].name for part, row in zip(asked, rows, strict=True)
    }
    return BundleView(
        id=bundle.id,
        code=bundle.code,
        name=briefs[bundle.procedure_version_id].name,
        agency=names[bundle.agency_id],
        collect=names[bundle.collect_id or bundle.agency_id],
        sent_at=bundle.sent_at,
        withdrawn_at=bundle.withdrawn_at,
        owner=OwnerRef(bundle.owner_kind, bundle.owner_id) if bundle.owner_id else None,
        parts=tuple(
            PartView(
                name=briefs[row.procedure_version_id].name,
                agency=names[row.agency_id],
                state=PartState(row.state),
                code=row.dossier.code if row.dossier else "",
                status=Status(row.dossier.status) if row.dossier else None,
                due_at=row.dossier.due_at if row.dossier else None,
                accepted_at=row.dossier.accepted_at if row.dossier else None,
                finished_at=row.dossier.finished_at if row.dossier else None,
                reason=row.reason,
                needs=tuple(by_code[need] for need in part.needs),
                procedure=part.procedure,
                wanted=part.needs,
                dossier=row.dossier_id,
                unbilled=row.dossier is not None and marks.UNBILLED in row.dossier.flags,
            )
            for part, row in zip(asked, rows, strict=True)
        ),
    )


def _agencies(rows: list[BundlePart]) -> set[UUID]:
    return {row.agency_id for row in rows}
