"""Which agency has which part of a dossier's way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import marks
from tinhso.dossiers.lifecycle import STEP_BOUND
from tinhso.dossiers.models import Dossier, Running
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.procedures import api as procedures
from tinhso.workflow import api as workflow


def agency_of(dossier: Dossier, key: str, *, at: datetime) -> UUID:
    """The agency that has a phase of a dossier. Raises Invalid when the procedure does not name it."""
    part = asked(dossier, key)
    return meant(part.agency, part.code, receiving=dossier.agency_id, at=at)


def meant(kind: procedures.PhaseAgency, code: str, *, receiving: UUID, at: datetime) -> UUID:
    """The agency that is meant, seen from the one filed to. Raises Invalid, UnknownAgency."""
    if kind is procedures.PhaseAgency.RECEIVING:
        return receiving
    if kind is procedures.PhaseAgency.NAMED:
        return directory.agency(code, today(at)).id
    above = directory.agency(receiving, today(at)).parent_id
    if above is None:
        raise Invalid(_("Cơ quan này không có cơ quan cấp trên để chuyển hồ sơ. Hãy báo quản trị hệ thống."))
    return above


def issuing(dossier: Dossier, *, at: datetime) -> UUID:
    """The agency whose leader signs the result; the dossier's own in a process of one agency."""
    version = Running.objects.filter(dossier_id=dossier.id).values_list("process_version_id", flat=True)
    drawn = workflow.process(version[0]).steps if marks.PHASED in dossier.flags else ()
    signs = next((step.phase for step in drawn if step.act == STEP_BOUND["sign"]), "")
    return agency_of(dossier, signs, at=at) if signs else dossier.agency_id


def asked(dossier: Dossier, key: str) -> procedures.PhaseTerm:
    """What the procedure says of a phase. Raises Invalid when it does not name it."""
    found = {phase.key: phase for phase in procedures.version(dossier.procedure_version_id).phases}
    if key not in found:
        raise Invalid(_("Thủ tục này chưa ghi giai đoạn của cơ quan nhận. Hãy báo người quản lý thủ tục."))
    return found[key]
