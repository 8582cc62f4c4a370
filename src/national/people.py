"""The demo people of the national e-ID, read from `people.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, kw_only=True)
class Person:
    """One account of the national e-ID (personal or of an organisation)."""

    tech_id: str
    id_number: str
    full_name: str
    birth_date: str
    gender: str
    phone: str
    email: str
    address: str
    level: int
    """Assurance level of the account, 1 or 2 (NĐ 69/2024)."""
    account_type: str
    org_tax_code: str | None = None
    org_name: str | None = None
    story: str = ""

    @property
    def shown_name(self) -> str:
        """The name a person looks for in a list."""
        return self.org_name or self.full_name

    @property
    def masked_phone(self) -> str:
        """The last three digits only."""
        return f"*******{self.phone[-3:]}"

    def claims(self) -> dict[str, str]:
        """What the e-ID tells a service about the person."""
        told = {
            "sub": self.tech_id,
            "TechID": self.tech_id,
            "id_number": self.id_number,
            "full_name": self.full_name,
            "birth_date": self.birth_date,
            "gender": self.gender,
            "phone": self.phone,
            "email": self.email,
            "address": self.address,
            "acr": str(self.level),
            "account_type": self.account_type,
        }
        if self.org_tax_code:
            told["org_tax_code"] = self.org_tax_code
        if self.org_name:
            told["org_name"] = self.org_name
        return told


def everyone() -> tuple[Person, ...]:
    """All demo accounts in the order of the file."""
    text = files("national").joinpath("people.json").read_text(encoding="utf-8")
    return tuple(Person(**entry) for entry in json.loads(text))
