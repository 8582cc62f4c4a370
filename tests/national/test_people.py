"""The demo people look like people of the province."""

from __future__ import annotations

import re

import pytest

from national import people


@pytest.mark.parametrize("person", people.everyone(), ids=lambda person: person.tech_id)
def test_the_personal_number_fits_birth_and_gender(person: people.Person) -> None:
    assert re.fullmatch(r"\d{12}", person.id_number)
    assert person.id_number[:3] in ("089", "091")
    century = (int(person.birth_date[:2]) - 19) * 2 + (person.gender == "female")
    assert int(person.id_number[3]) == century
    assert person.id_number[4:6] == person.birth_date[2:4]
    assert re.fullmatch(r"0[35789]\d{8}", person.phone)
    assert person.email.endswith("@example.com")
    assert "tỉnh An Giang" in person.address


def test_the_tax_code_has_its_check_digit() -> None:
    (company,) = [person for person in people.everyone() if person.account_type == "org"]
    digits = [int(digit) for digit in company.org_tax_code or ""]
    weighed = sum(a * b for a, b in zip(digits, (31, 29, 23, 19, 17, 13, 7, 5, 3), strict=False))
    assert digits[9] == 10 - weighed % 11


def test_both_levels_and_both_kinds_are_there_and_nobody_twice() -> None:
    everyone = people.everyone()
    assert {person.level for person in everyone} == {1, 2}
    assert {person.account_type for person in everyone} == {"person", "org"}
    assert len({person.tech_id for person in everyone}) == len(everyone)
