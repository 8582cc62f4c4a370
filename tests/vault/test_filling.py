"""A form is filled with the number and the day of a document that its owner holds, and of no other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.people import AT
from tests.vault.test_vault import keep
from tinhso.forms import api as forms
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, OwnerRef
from tinhso.vault import api as vault

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
FORM = {
    "title": "Thử",
    "pages": [
        {
            "name": "a",
            "question": "Giấy nào?",
            "fields": [
                {"name": "so", "kind": "text", "label": "Số", "prefill": "vault.giay-to-dat.number"},
                {"name": "ngay", "kind": "date", "label": "Ngày", "prefill": "vault.giay-to-dat.issued_on"},
                {"name": "la", "kind": "text", "label": "Lạ", "prefill": "vault.giay-to-dat.file_id"},
                {"name": "khac", "kind": "text", "label": "Khác", "prefill": "vault.giay-khai-sinh.number"},
            ],
        }
    ],
}


def test_the_newest_document_that_holds_fills_the_form() -> None:
    version = forms.publish(code="giay", definition=FORM, by=SYSTEM, at=AT)
    owner, other = OwnerRef("person", new_id()), OwnerRef("person", new_id())
    assert forms.prefill(version, {}, owner=owner, at=AT).answers == {}
    yesterday = DAY - timedelta(days=300)
    keep(owner, title="Cũ", kind="giay-to-dat", number="CX 1", issued_on=yesterday, at=AT - timedelta(days=9))
    keep(owner, title="Mới", kind="giay-to-dat", number="CX 2", issued_on=DAY, at=AT - timedelta(days=5))
    keep(owner, title="Hết hạn", kind="giay-to-dat", number="CX 3", valid_to=DAY, at=AT - timedelta(days=3))
    keep(
        owner,
        title="Tự tải",
        kind="giay-to-dat",
        number="CX 4",
        source=vault.Source.UPLOADED,
        at=AT - timedelta(days=2),
    )
    keep(other, title="Của người khác", kind="giay-khai-sinh", number="KS 1", at=AT)
    filled = forms.prefill(version, {}, owner=owner, at=AT)
    assert filled.answers == {"so": "CX 2", "ngay": "2026-03-02"}
    assert set(filled.origins.values()) == {"Lấy từ kho giấy tờ"}
