from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from tinhso.foundation import numbering


@pytest.mark.django_db(transaction=True)
def test_fifty_writers_leave_no_gap_and_no_twin() -> None:
    taken: list[int] = []

    def write() -> None:
        with transaction.atomic():
            taken.append(numbering.take(scope="UBND", period="2026"))
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(50)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert sorted(taken) == list(range(1, 51))


@pytest.mark.django_db(transaction=True)
def test_a_number_of_a_failed_act_is_given_again() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        assert numbering.take(scope="UBND", period="2025") == 1
        raise RuntimeError

    with transaction.atomic():
        assert numbering.take(scope="UBND", period="2025") == 1
