"""Filing from the first page to the receipt, and everything that may happen on the way."""

from __future__ import annotations

import re

import pytest

from tests.dossiers.public.conftest import Town, filled
from tinhso.dossiers.models import Dossier, SubmittedPaper

pytestmark = pytest.mark.django_db


def send(town: Town) -> str:
    """Press the button of the review as it is drawn; the address it leads to."""
    page = town.browser.get(f"{town.root}xem-lai/").content.decode()
    draft = re.search(r'name="ban" value="([^"]+)"', page)
    assert draft, page
    answer = town.browser.post(f"{town.root}xem-lai/", {"ban": draft[1]})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_a_person_files_and_reads_the_receipt(town: Town) -> None:
    filled(town)
    review = town.browser.get(f"{town.root}xem-lai/").content.decode()
    assert "Trần Gia Bảo" in review
    assert "giay chung sinh.jpg" in review
    assert "Không khai" in review

    receipt = town.browser.get(send(town))

    dossier = Dossier.objects.get()
    assert receipt.status_code == 200
    assert "Đã gửi hồ sơ" in receipt.content.decode()
    assert dossier.code in receipt.content.decode()
    assert dossier.owner_id == town.office.citizen.id
    assert SubmittedPaper.objects.get().file_id is not None
