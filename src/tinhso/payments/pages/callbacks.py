"""Where providers and banks tell of money. Each notice is signed; the answer stops its repeating."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from tinhso.foundation import access, moments
from tinhso.foundation.errors import Unable
from tinhso.payments import alarms
from tinhso.payments.channels import bank, payplat, transfers
from tinhso.payments.channels import vnpay as provider
from tinhso.payments.channels.ways import Ended
from tinhso.payments.contracts import Contradicted, Effect, ForgedNotice, Told
from tinhso.payments.operations import opening, paying_out, receiving
from tinhso.payments.queries import bills

logger = logging.getLogger(__name__)
MOST_BYTES = 16_384
Heard = TypeVar("Heard")


@csrf_exempt
@access.anyone(reason="a bank tells of a credit; each notice is signed")
@require_POST
def of_bank(request: HttpRequest) -> JsonResponse:
    """One credit. A repeat gets the same 200."""

    def book(told: Told, at: datetime) -> dict[str, str]:
        return {"effect": receiving.receive(told, at=at).value}

    return _signed(request, "bank", bank.told, book)


@csrf_exempt
@access.anyone(reason="a bank tells of a transfer that we asked for; each notice is signed")
@require_POST
def of_transfer(request: HttpRequest) -> JsonResponse:
    """One refund that went out. A repeat gets the same 200."""

    def book(booked: transfers.Booked, at: datetime) -> dict[str, str]:
        fresh = paying_out.told(booked, at=at)
        return {"effect": (Effect.BOOKED if fresh else Effect.DUPLICATE).value}

    return _signed(request, "bank", transfers.told, book)


@access.anyone(reason="VNPAY tells how a payment ended (IPN); each notice is signed")
@require_GET
def of_vnpay(request: HttpRequest) -> JsonResponse:
    """One notice, answered in VNPAY's own codes: 00 taken, 01 unknown, 02 known, 04 sum, 97, 99."""
    at = moments.now()
    try:
        fields = provider.checked(dict(request.GET.lists()))
        attempt = bills.attempt(fields.get("vnp_TxnRef", ""))
        if attempt is None:
            return _answer("01", "Order not found")
        if fields.get("vnp_Amount") != str(attempt.amount * 100):
            alarms.forged("vnpay", code="another-sum", at=at)
            return _answer("04", "Invalid amount")
        told = provider.told(fields)
        if told is None:
            opening.ended(attempt.reference, code=fields["vnp_ResponseCode"], at=at)
            return _answer("00", "Confirm Success")
        known = receiving.receive(told, at=at) is Effect.DUPLICATE
    except ForgedNotice as refused:
        _log("vnpay", refused, at=at)
        return _answer("97", "Invalid signature")
    except Unable as refused:
        _log("vnpay", refused, at=at)
        return _answer("99", "Unknown error")
    return _answer("02", "Order already confirmed") if known else _answer("00", "Confirm Success")


@csrf_exempt
@access.anyone(reason="the payment platform tells how a payment ended; each notice is signed")
@require_POST
def of_payplat(request: HttpRequest) -> JsonResponse:
    """One notice. A repeat gets the same 200."""

    def book(told: Told | Ended | None, at: datetime) -> dict[str, str]:
        if isinstance(told, Ended):
            opening.ended(told.reference, code=told.code, at=at)
        elif told is not None:
            receiving.receive(told, at=at)
        return {"MaLoi": "00"}

    return _signed(request, "payplat", payplat.told, book)


def _signed(
    request: HttpRequest,
    source: str,
    read: Callable[..., Heard],
    book: Callable[[Heard, datetime], dict[str, str]],
) -> JsonResponse:
    """A notice whose time and signature stand in its headers: read, booked, answered."""
    if len(request.body) > MOST_BYTES:
        return JsonResponse({"error": "too-large"}, status=413)
    at = moments.now()
    try:
        heard = read(
            body=request.body,
            timestamp=request.headers.get("X-Timestamp", ""),
            signature=request.headers.get("X-Signature", ""),
            at=at,
        )
        return JsonResponse(book(heard, at))
    except Unable as refused:
        _log(source, refused, at=at)
        return JsonResponse({"error": refused.code}, status=refused.status)


def _answer(code: str, message: str) -> JsonResponse:
    return JsonResponse({"RspCode": code, "Message": message})


def _log(source: str, refused: Unable, *, at: datetime) -> None:
    if isinstance(refused, ForgedNotice | Contradicted):
        alarms.forged(source, code=refused.code, at=at)
    else:
        logger.warning("a notice of %s was refused: %s", source, refused.code)
