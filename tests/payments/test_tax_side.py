"""Receipts handed to the played tax side: in order, again, refused, down; and what it refuses of others."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

import httpx
import orjson
import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

import national.tax
from national.serve import Running
from tests.payments.laid import Collecting, collecting
from tests.payments.receipted import IDENTIFIER, receipted, sealing
from tests.support import people
from tests.support.signing import ADMIN, can_sign, sandbox
from tinhso.config import payments as configured
from tinhso.foundation import files, moments, signing
from tinhso.payments import jobs as ours
from tinhso.payments.channels import headers
from tinhso.payments.channels.tax import TaxRefused, read
from tinhso.payments.models import ReceiptPaper
from tinhso.payments.operations import ending_receipts, handing_receipts
from tinhso.payments.receipt_xml import SCHEMA

pytestmark = pytest.mark.django_db
__all__ = ["can_sign", "sandbox"]
SECRET = "tinhso-demo-tax"


@pytest.fixture
def place(can_sign: Running, settings: LazySettings) -> Collecting:
    settings.PAYMENTS = configured.read(production=False, sandbox=can_sign.base)
    there = collecting()
    sealing(there, can_sign)
    return there


def states() -> list[tuple[int, str, str]]:
    return list(ReceiptPaper.objects.order_by("number", "kind").values_list("number", "kind", "tax"))


def queued() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args ->> 'series' FROM procrastinate_jobs WHERE task_name = 'payments.hand_series'"
        )
        return [series for (series,) in cursor.fetchall()]


def fault(side: Running, **what: object) -> None:
    httpx.post(f"{side.base}/_fault", json={"service": "tax", **what}, headers=ADMIN).raise_for_status()


def test_both_sides_hold_the_same_schema() -> None:
    theirs = Path(national.tax.__file__).with_name("receipt.xsd")
    assert theirs.read_bytes() == SCHEMA.read_bytes()


def test_receipts_are_handed_in_their_order_and_a_refusal_is_told_and_tried_again(
    place: Collecting, can_sign: Running
) -> None:
    now = moments.now()
    first, second = receipted(place, at=now), receipted(place, at=now)
    ReceiptPaper.objects.filter(receipt=first).update(due_at=now + timedelta(hours=1))
    ours.seal_receipts()
    assert handing_receipts.hand_over(second.series_id, at=now) == 0, "the first is not sealed yet"
    ReceiptPaper.objects.filter(receipt=first).update(due_at=now)
    ours.seal_receipts()
    fault(can_sign, mode="down", seconds=3600)
    ours.hand_receipts()
    assert queued() == [str(first.series_id)]
    ours.hand_series(series=str(first.series_id))
    assert [tax for _number, _kind, tax in states()] == ["waiting", "waiting"]
    httpx.delete(f"{can_sign.base}/_fault", headers=ADMIN)
    fault(can_sign, mode="refused", times=1)
    ours.hand_series(series=str(first.series_id))
    assert states() == [(1, "issued", "refused"), (2, "issued", "handed")]
    desk = people.client(people.officer("accountant", place.unit))
    page = desk.get(f"/can-bo/bien-lai/{first.id}/").content.decode()
    assert "Tạm dừng tiếp nhận" in page
    desk.post(f"/can-bo/bien-lai/{first.id}/gui-lai/")
    ending_receipts.undone(first.bill_id, reason="Thu nhầm", at=now)
    assert handing_receipts.hand_over(first.series_id, at=now) == 1
    ours.seal_receipts()
    assert handing_receipts.hand_over(first.series_id, at=now) == 1
    assert states() == [(1, "issued", "handed"), (1, "voided", "handed"), (2, "issued", "handed")]
    held = httpx.get(f"{can_sign.base}/tax/receipts", headers=ADMIN).json()
    ours_of_it = [(one["number"], one["kind"]) for one in held if one["symbol"] == first.series.symbol]
    assert ours_of_it == [(1, "issued"), (2, "issued"), (1, "voided")]
    _what_it_refuses(can_sign, place)


def _what_it_refuses(side: Running, place: Collecting) -> None:
    paper = ReceiptPaper.objects.get(number=2)
    assert paper.xml_id is not None
    xml = files.read(paper.xml_id)
    beside = signing.sign_beside(xml, agency=IDENTIFIER)

    def sent(
        xml: bytes, signature: bytes = b"", *, secret: str = SECRET, kind: str = "issued"
    ) -> tuple[int, str]:
        body = orjson.dumps(
            {
                "kind": kind,
                "xml": base64.b64encode(xml).decode(),
                "signature": base64.b64encode(
                    signature or signing.sign_beside(xml, agency=IDENTIFIER)
                ).decode(),
            }
        )
        signed = headers.signed(body, secret=secret, at=moments.now())
        answer = httpx.post(f"{side.base}/tax/receipts", content=body, headers=signed)
        return answer.status_code, answer.text

    assert sent(xml, beside)[0] == 200, "the same again"
    assert paper.tax_reference in sent(xml, beside)[1]
    assert sent(xml, beside, secret="x")[0] == 401
    other = xml.replace("Danh Sóc".encode(), b"Danh Soc")
    assert sent(other, beside)[0] == 422, "the signature is of another file"
    assert sent(other)[0] == 409, "the number is taken"
    gap = xml.replace(b"<So>0000002</So>", b"<So>0000009</So>")
    assert "0000008" in sent(gap)[1]
    assert sent(xml.replace(b"<TongTien>50000", b"<TongTien>50001"))[0] == 422
    assert sent(b"<x/>")[0] == 422
    assert sent(b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml[xml.index(b"<BienLai") :])[0] == 422
    assert sent(xml, kind="voided")[0] == 422
    assert sent(xml, b"rubbish")[0] == 422


def test_a_page_for_nobody_shows_nothing_handed(sandbox: Running) -> None:
    assert httpx.get(f"{sandbox.base}/tax/receipts").status_code == 401
    assert Client().post("/can-bo/bien-lai/01a22532-d099-767b-aa4c-9bd72faa647d/gui-lai/").status_code == 302


@given(
    status=st.sampled_from([200, 201, 409, 422]),
    body=st.binary(max_size=60) | st.just(b'{"reference":"\\ud800"}'),
)
def test_an_answer_that_cannot_be_read_is_a_refusal(status: int, body: bytes) -> None:
    with pytest.raises(TaxRefused):
        read(status, body)
    assert read(200, b'{"reference":"CQT-1"}') == "CQT-1"
