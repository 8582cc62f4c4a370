"""Credentials: a person's or an agency's key kept by the service, with its certificate."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from importlib.resources import files

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from national.ca.authority import Authority
from national.ca.profiles import Profile, Subject
from national.keys import PrivateKey

NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")


class Taken(ValueError):
    """A credential of that name exists, or the name cannot be used."""


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """Who a credential belongs to; kept in `home/csc/<credential>.json`."""

    credential: str
    user: str
    profile: str
    key: str
    common_name: str
    organization: str
    identifier: str
    email: str
    title: str = ""
    unit: str = ""

    def subject(self) -> Subject:
        """The subject of its certificate."""
        return Subject(
            common_name=self.common_name,
            organization=self.organization,
            unit=self.unit,
            title=self.title,
            identifier=self.identifier,
            email=self.email,
        )


@dataclass(frozen=True, kw_only=True)
class Credential:
    """An enrolment with its key and its certificate of today."""

    enrolment: Enrolment
    key: PrivateKey
    certificate: x509.Certificate

    @property
    def is_rsa(self) -> bool:
        """RSA, or else P-256."""
        return isinstance(self.key, RSAPrivateKey)


class Credentials:
    """All credentials: those of `signers.json` and those enrolled later."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.folder = authority.settings.home / "csc"
        self.folder.mkdir(parents=True, exist_ok=True)
        text = files("national").joinpath("signers.json").read_text(encoding="utf-8")
        known = [Enrolment(**entry) for entry in json.loads(text)]
        known += [Enrolment(**json.loads(file.read_text())) for file in sorted(self.folder.glob("*.json"))]
        self._held = {entry.credential: self._open(entry) for entry in known}

    def get(self, credential: str) -> Credential | None:
        """One credential."""
        return self._held.get(credential)

    def of_user(self, user: str) -> list[Credential]:
        """The credentials a user may sign with."""
        return [held for held in self._held.values() if held.enrolment.user == user]

    def users(self) -> dict[str, list[Credential]]:
        """Credentials by user."""
        grouped: dict[str, list[Credential]] = {}
        for held in self._held.values():
            grouped.setdefault(held.enrolment.user, []).append(held)
        return grouped

    def enrol(self, enrolment: Enrolment) -> Credential:
        """Make a key and a certificate for a new credential; raises Taken."""
        if not NAME.fullmatch(enrolment.credential) or not NAME.fullmatch(enrolment.user):
            raise Taken("credential and user are lower-case letters, digits, dots and hyphens")
        if enrolment.credential in self._held:
            raise Taken("a credential of that name exists")
        made = self._open(enrolment)
        file = self.folder / f"{enrolment.credential}.json"
        file.write_text(json.dumps(asdict(enrolment), ensure_ascii=False))
        self._held[enrolment.credential] = made
        return made

    def renew(self, credential: str) -> Credential | None:
        """A fresh certificate over the same key, after one was revoked or has run out."""
        held = self._held.get(credential)
        if held is None:
            return None
        entry = held.enrolment
        certificate = self.authority.issue(
            profile=Profile(entry.profile),
            subject=entry.subject(),
            key=held.key.public_key(),
            name=f"csc-{credential}",
        )
        self._held[credential] = Credential(enrolment=entry, key=held.key, certificate=certificate)
        return self._held[credential]

    def _open(self, entry: Enrolment) -> Credential:
        name = f"csc-{entry.credential}"
        key = self.authority.keys.of_kind(name, entry.key)
        certificate = self.authority.named(name, Profile(entry.profile), entry.subject(), key.public_key())
        return Credential(enrolment=entry, key=key, certificate=certificate)
