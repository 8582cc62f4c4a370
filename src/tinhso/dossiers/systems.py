"""What other systems are told of dossiers, through the exchange: codes and moments, nobody's name."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from django.utils.translation import gettext_noop as _

from tinhso.dossiers.events import DossierAccepted, DossierEnded, ResultHandedOver
from tinhso.dossiers.queries import lists
from tinhso.exchange import api as exchange
from tinhso.foundation import events


class Accepted(msgspec.Struct, frozen=True):
    """A dossier that was accepted."""

    code: str
    procedure: str
    agency: str
    accepted_at: datetime
    promised_at: datetime


class Finished(msgspec.Struct, frozen=True):
    """A dossier that came to its end: `outcome` is `handed-over`, `withdrawn` or `stopped`."""

    code: str
    procedure: str
    agency: str
    outcome: str
    finished_at: datetime


_MOMENT = datetime.fromisoformat("2026-11-24T02:00:00+00:00")
_CODE = "H01.16-261124-0001"
ACCEPTED = exchange.declare_topic(
    exchange.Topic(
        name="vn.tinhso.dossier.accepted",
        title=_("Hồ sơ được tiếp nhận"),
        subject_is=_("Mã hồ sơ"),
        tells=Accepted,
        example=Accepted(_CODE, "1.001193", "phuong-chau-doc", _MOMENT, _MOMENT),
    )
)
FINISHED = exchange.declare_topic(
    exchange.Topic(
        name="vn.tinhso.dossier.finished",
        title=_("Hồ sơ kết thúc"),
        subject_is=_("Mã hồ sơ"),
        tells=Finished,
        example=Finished(_CODE, "1.001193", "phuong-chau-doc", "handed-over", _MOMENT),
    )
)


def _row(dossier: UUID) -> tuple[str, str]:
    """The procedure's code and the agency's name."""
    row = lists.rows([dossier])[dossier]
    return row.procedure_code, row.agency_name


@events.subscribe(DossierAccepted)
def accepted(event: DossierAccepted) -> None:
    """Tell systems that follow dossiers."""
    if exchange.is_wanted(ACCEPTED):
        told = Accepted(event.code, *_row(event.dossier), event.at, event.promised_at)
        exchange.publish(ACCEPTED, event.code, told, at=event.at)


@events.subscribe(ResultHandedOver)
def handed_over(event: ResultHandedOver) -> None:
    """The same of a dossier whose result was handed over."""
    _finished(event.dossier, event.code, "handed-over", event.at)


@events.subscribe(DossierEnded)
def ended(event: DossierEnded) -> None:
    """The same of one that was withdrawn or stopped."""
    _finished(event.dossier, event.code, event.status.value, event.at)


def _finished(dossier: UUID, code: str, outcome: str, at: datetime) -> None:
    if exchange.is_wanted(FINISHED):
        exchange.publish(FINISHED, code, Finished(code, *_row(dossier), outcome, at), at=at)
