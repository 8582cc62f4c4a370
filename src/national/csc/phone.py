"""The phone of a key's owner: what is waiting, yes or no."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta, timezone

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from national.csc.approvals import Answer, Ask
from national.csc.service import service_of
from national.guard import guarded
from national.pages import page
from national.wire import Bad, Fields

VIETNAM = timezone(timedelta(hours=7))


def clock(moment: datetime) -> str:
    """Hour and minute in Viet Nam."""
    return moment.astimezone(VIETNAM).strftime("%H:%M")


def fingerprint(digest: str) -> str:
    """A digest as people compare it: groups of four hexadecimal signs."""
    text = base64.b64decode(digest).hex()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


async def phones(http: Request) -> Response:
    """Choose whose phone to hold."""
    service = service_of(http)
    now = service.now()
    rows = [
        {
            "user": user,
            "names": [held.enrolment.common_name for held in mine],
            "place": mine[0].enrolment.organization,
            "waiting": sum(ask.answer is Answer.WAITING for ask in service.approvals.of_user(user, now=now)),
        }
        for user, mine in service.credentials.users().items()
    ]
    return page("phones.html", rows=rows)


async def phone(http: Request) -> Response:
    """What one owner is asked: GET shows, POST answers."""
    service = service_of(http)
    user = http.path_params["user"]
    mine = service.credentials.of_user(user)
    if not mine:
        return page("stop.html", status=404, sentence="Không có điện thoại nào của người này.")
    fault = ""
    if http.method == "POST":
        form = await http.form()
        ask = service.approvals.find(str(form.get("handle", "")), now=service.now())
        decision = str(form.get("decision", ""))
        settled = (
            ask is not None
            and ask.user == user
            and decision in ("approve", "deny")
            and service.approvals.decide(
                ask, token=str(form.get("token", "")), yes=decision == "approve", now=service.now()
            )
        )
        if settled:
            return RedirectResponse(f"/phone/{user}", 303)
        fault = "Yêu cầu ký này không còn chờ trả lời. Hãy xem lại danh sách bên dưới."
    asks = service.approvals.of_user(user, now=service.now())
    return page(
        "phone.html",
        status=409 if fault else 200,
        user=user,
        owner=mine[0].enrolment,
        waiting=[_shown(ask) for ask in asks if ask.answer is Answer.WAITING],
        past=[_shown(ask) for ask in asks if ask.answer is not Answer.WAITING][:10],
        fault=fault,
    )


def _shown(ask: Ask) -> dict[str, object]:
    return {
        "ask": ask,
        "asked_at": clock(ask.asked_at),
        "until": clock(ask.expires_at),
        "prints": [fingerprint(digest) for digest in ask.hashes],
    }


@guarded
async def requests(http: Request) -> Response:
    """Requests on one phone as JSON; behind the sandbox's secret, for tests."""
    service = service_of(http)
    return JSONResponse(
        [
            {
                "handle": ask.handle,
                "token": ask.token,
                "credential": ask.credential,
                "hashes": list(ask.hashes),
                "description": ask.description,
                "answer": ask.answer.value,
            }
            for ask in service.approvals.of_user(http.path_params["user"], now=service.now())
        ]
    )


@guarded
async def auto(http: Request) -> Response:
    """Let all phones say yes by themselves, or stop that: {"enabled": true}."""
    service = service_of(http)
    try:
        fields = Fields(await http.body())
        service.auto_approve = fields.flag("enabled", default=True)
        fields.nothing_else()
    except Bad as fault:
        return JSONResponse({"error": str(fault)}, 400)
    return JSONResponse({"enabled": service.auto_approve})


routes = [
    Route("/", phones),
    Route("/auto", auto, methods=["POST"]),
    Route("/{user}", phone, methods=["GET", "POST"]),
    Route("/{user}/requests", requests),
]
