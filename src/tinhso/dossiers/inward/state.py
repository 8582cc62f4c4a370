"""Where a dossier stands, told to systems of others by `POST /trong-truc/ho-so/tra-cuu` (`state.yaml`)."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from typing import Any

import msgspec
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tinhso.dossiers.contracts import DossierRow
from tinhso.dossiers.faults import NotTheirs
from tinhso.dossiers.marks import status_words
from tinhso.dossiers.queries.lookup import of_number
from tinhso.exchange import api as exchange
from tinhso.foundation import access, moments

PLACE = "/trong-truc/ho-so"
"""Where the service stands on this site: its address, as it is registered with the exchange."""
MOST_BYTES = 4096


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Code of the dossier, and identifier of the person whose it is."""

    code: str = msgspec.field(name="maHoSo")
    personal_id: str = msgspec.field(name="soDinhDanh")


def description() -> str:
    """The service's OpenAPI description."""
    return files("tinhso.dossiers.inward").joinpath("state.yaml").read_text(encoding="utf-8")


@csrf_exempt
@access.anyone(reason="only the gateway knows the mark it must show")
@require_POST
def look_up(request: HttpRequest) -> JsonResponse:
    """Tell a dossier's state, and note in the person's data log who was told and why."""
    if not exchange.came_by_gateway(request.headers):
        return _fault("ask through the exchange", 403)
    at = moments.now()
    try:
        asked = msgspec.json.decode(request.body[:MOST_BYTES], type=Asked)
        row = of_number(code=asked.code, personal_id=asked.personal_id)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _fault(_("Câu hỏi gồm maHoSo và soDinhDanh, viết bằng JSON."), 400)
    except NotTheirs as refused:
        return _fault(refused.message, 404)
    with transaction.atomic():
        exchange.note_call(request.headers, [asked.personal_id], at=at)
    return JsonResponse(_told(row), json_dumps_params={"ensure_ascii": False})


def _told(row: DossierRow) -> dict[str, Any]:
    return {
        "maHoSo": row.code,
        "thuTuc": row.procedure_name,
        "coQuan": row.agency_name,
        "tinhTrang": row.status.value,
        "tinhTrangHienThi": status_words(row.status, row.flags),
        "ngayNop": _moment(row.submitted_at),
        "ngayTiepNhan": _moment(row.accepted_at),
        "henTra": _moment(row.due_at),
        "ngayXong": _moment(row.finished_at),
    }


def _moment(at: datetime | None) -> str | None:
    return moments.local(at).isoformat(timespec="seconds") if at else None


def _fault(words: str, status: int) -> JsonResponse:
    return JsonResponse({"loi": words}, status=status, json_dumps_params={"ensure_ascii": False})


urlpatterns = [path("trong-truc/ho-so/tra-cuu", look_up, name="state-asked-elsewhere")]
