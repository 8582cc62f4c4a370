"""Somebody with two accounts, an office where they file, and two administrators who may make them one."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from tests.support import office, people
from tests.support.people import AT
from tinhso.dossiers.models import Dossier
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.identity.merge_contracts import Ground
from tinhso.identity.models import Merge
from tinhso.identity.operations import merges
from tinhso.vault import api as vault

PROOF = "Xem bản chính căn cước và CMND cũ, trùng họ tên, ngày sinh, ảnh"


class World:
    """`one` proposes, `other` approves that `loser` is `survivor`."""

    def __init__(self) -> None:
        self.one, self.other = people.officer("administrator"), people.officer("administrator")
        self.place = office.office()
        self.loser, self.survivor = people.person("Danh Sóc Kha"), people.person("Danh Sóc Kha")

    @property
    def ids(self) -> tuple[UUID, UUID]:
        assert self.loser.id
        assert self.survivor.id
        return self.loser.id, self.survivor.id

    def propose(self) -> UUID:
        loser, survivor = self.ids
        return merges.propose(
            loser=loser, survivor=survivor, ground=Ground.OLD_NUMBER, proof=PROOF, by=self.one, at=AT
        )

    def merge(self) -> Merge:
        id = self.propose()
        merges.approve(merge_id=id, by=self.other, at=AT)
        return Merge.objects.get(id=id)

    def filed(self, whose: ActorRef) -> Dossier:
        as_theirs = replace(self.place, citizen=whose)
        filed = office.filed(as_theirs, by=whose)
        return Dossier.objects.get(id=filed.id)

    def document(self, whose: ActorRef, sha256: str = "ab" * 32) -> UUID:
        assert whose.id
        return vault.keep(
            owner=OwnerRef("person", whose.id),
            file_id=new_id(),
            sha256=sha256,
            kind="result",
            title="Giấy khai sinh",
            issuer="UBND phường Thử",
            source=vault.Source.ISSUED,
            at=AT,
        )
