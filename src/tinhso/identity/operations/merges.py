"""Two accounts of one person become one: proposed by one officer, approved by another, moved at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.foundation import crypto, files, text, transactions
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.identity import personal
from tinhso.identity.authorisation.judging import acting_as
from tinhso.identity.merge_contracts import Ground, MergeState, MergeStopped, Merging, Moved, UnknownMerge
from tinhso.identity.merging import namings
from tinhso.identity.messenger import tell
from tinhso.identity.models import Account, KeptForm, Merge, Person, SignIn
from tinhso.identity.operations import merged_relations
from tinhso.identity.queries.merges import moved_of
from tinhso.identity.queries.people import Contact, sealed_contact

PROPOSE, DECIDE = "identity.propose_merge", "identity.decide_merge"
SHORTEST_PROOF = 10


def propose(*, loser: UUID, survivor: UUID, ground: str, proof: str, by: ActorRef, at: datetime) -> UUID:
    """Say that two accounts are one person's, of which `survivor` stays; another officer decides.

    Raises Invalid with `faults` without a ground or what shows it, MergeStopped for accounts that cannot be
    one, Conflict while the same two wait already, in whichever direction; NotAllowed.
    """
    proof = proof.strip()
    faults = {}
    if ground not in set(Ground):
        faults["ground"] = _("Hãy chọn căn cứ.")
    if len(proof) < SHORTEST_PROOF:
        faults["proof"] = _("Hãy ghi giấy tờ đã xem và điểm trùng khớp. Người duyệt đọc phần này.")
    if faults:
        raise Invalid(_("Chưa gửi được. Hãy sửa các mục được nêu."), faults=faults)
    by = _acting(by, PROPOSE, at)
    with transactions.act(PROPOSE, by=by, at=at, on=SubjectRef("person", loser)) as work:
        lost = _both(loser, survivor)[loser]
        row = Merge.objects.create(
            loser_id=loser,
            survivor_id=survivor,
            loser_name=lost.full_name,
            number=text.mask(sealed_contact(lost).personal_id),
            ground=ground,
            proof=proof,
            proposed_by_id=by.id,
            proposed_for_id=by.on_behalf_of,
            proposed_at=at,
        )
        with transaction.atomic():
            _move(Merging(loser, survivor, at))
            transaction.set_rollback(True)
        work.record(merge=str(row.id), into=str(survivor), ground=ground)
    return row.id


def preview(*, loser: UUID, survivor: UUID, at: datetime) -> tuple[Moved, ...]:
    """What would go over, by doing it and taking it back. Raises MergeStopped."""
    with transaction.atomic():
        _both(loser, survivor)
        moved = _move(Merging(loser, survivor, at))
        transaction.set_rollback(True)
    return moved_of(moved)


def refuse(*, merge_id: UUID, because: str, by: ActorRef, at: datetime) -> None:
    """The two stay two. The one who proposed may take it back so. Raises Invalid without a reason,
    UnknownMerge, NotAllowed."""
    because = because.strip()
    if not because:
        raise Invalid(
            _("Hãy ghi lý do không gộp."), faults={"because": _("Hãy ghi lý do: người đề nghị sẽ đọc.")}
        )
    by = _acting(by, DECIDE, at)
    row = _waiting(merge_id)
    with transactions.act(DECIDE, by=by, at=at, on=SubjectRef("person", row.loser_id)) as work:
        row = _waiting(merge_id, lock=True)
        row.refused_because = because
        _decide(row, MergeState.REFUSED, by=by, at=at)
        work.record(merge=str(row.id), approved=False)


def approve(*, merge_id: UUID, by: ActorRef, at: datetime) -> tuple[Moved, ...]:
    """Make the two one: everything that names the loser names the survivor, who is told; for good.

    Never by whoever proposed it, nor by or for somebody who stood in for them or for whom they stood in.
    Raises NotAllowed, UnknownMerge, MergeStopped.
    """
    by = _acting(by, DECIDE, at)
    row = _waiting(merge_id)
    with transactions.act(DECIDE, by=by, at=at, on=SubjectRef("person", row.loser_id)) as work:
        both = _both(row.loser_id, row.survivor_id)
        row = _waiting(merge_id, lock=True)
        if {by.id, by.on_behalf_of} & {row.proposed_by_id, row.proposed_for_id} - {None}:
            raise NotAllowed(_("Người đề nghị không tự duyệt được. Hãy để quản trị khác xem và duyệt."))
        merging = Merging(row.loser_id, row.survivor_id, at)
        _decide(row, MergeState.APPROVED, by=by, at=at)
        _tell(row, both, by=by, at=at)
        _become_one(both[merging.loser], both[merging.survivor], at=at)
        row.moved = _move(merging)
        row.save(update_fields=["moved"])
        _lapse(merging)
        work.record(
            merge=str(row.id),
            approved=True,
            into=str(merging.survivor),
            moved={column: len(keys) for column, keys in row.moved.items()},
        )
    return moved_of(row.moved)


def _acting(by: ActorRef, act: str, at: datetime) -> ActorRef:
    """The officer with the one they stand in for, if that is by whose post they may."""
    return acting_as(by, act, None, at) or by


def _both(loser: UUID, survivor: UUID) -> dict[UUID, Person]:
    """Both persons, locked in one order: filings in flight end first. Raises MergeStopped."""
    if loser == survivor:
        raise MergeStopped(_("Đây là cùng một tài khoản. Hãy chọn hai tài khoản khác nhau."))
    rows = Person.objects.select_for_update().filter(id__in=[loser, survivor]).order_by("id")
    both = {row.id: row for row in rows}
    if len(both) < 2:
        raise MergeStopped(_("Không tìm thấy một trong hai tài khoản."))
    if any(row.merged_into_id for row in both.values()):
        raise MergeStopped(_("Một trong hai tài khoản đã được gộp. Hãy tìm lại."))
    if any(row.erased_at for row in both.values()):
        raise MergeStopped(_("Một trong hai người đã xóa dữ liệu nên không gộp được."))
    return both


def _waiting(merge_id: UUID, *, lock: bool = False) -> Merge:
    rows = Merge.objects.select_for_update() if lock else Merge.objects
    row = rows.filter(id=merge_id, state=MergeState.PROPOSED).first()
    if row is None:
        raise UnknownMerge(_("Đề nghị này đã có người quyết định, hoặc không có."))
    return row


def _decide(row: Merge, state: MergeState, *, by: ActorRef, at: datetime) -> None:
    row.state, row.decided_by_id, row.decided_for_id, row.decided_at = state, by.id, by.on_behalf_of, at
    row.save()


def _tell(row: Merge, both: Mapping[UUID, Person], *, by: ActorRef, at: datetime) -> None:
    """Both accounts, each by the addresses it knows, before the loser's are gone."""
    number = text.mask(sealed_contact(both[row.survivor_id]).personal_id)
    facts = {"name": row.loser_name, "number": row.number or _("không có số"), "stays": number}
    tell(to=row.loser_id, template="identity.merged_away", facts=facts, by=by, at=at)
    tell(to=row.survivor_id, template="identity.merged_in", facts=facts, by=by, at=at)


def _become_one(loser: Person, survivor: Person, *, at: datetime) -> None:
    """The loser signs in no more, and its row only leads on; what the survivor lacks is taken over."""
    lost, own = sealed_contact(loser), sealed_contact(survivor)
    known = Contact(
        **{name: value or getattr(lost, name) for name, value in msgspec.structs.asdict(own).items()}
    )
    if known != own:
        phone = personal.phone_or_none(known.phone)
        survivor.phone_hash = personal.phone_hash(phone) if phone else None
        survivor.sealed = crypto.seal(survivor.id, msgspec.json.encode(known))
    survivor.birth_date = survivor.birth_date or loser.birth_date
    survivor.gender = survivor.gender or loser.gender
    survivor.updated_at = at
    survivor.save()
    if loser.account_id is not None:
        Account.objects.filter(id=loser.account_id).update(is_active=False)
        SignIn.objects.filter(account=loser.account_id, ended_at=None).update(
            ended_at=at, ended_because="merged", id_token=""
        )
        KeptForm.objects.filter(account=loser.account_id).delete()
    Person.objects.filter(merged_into=loser).update(merged_into=survivor)
    Person.objects.filter(id=loser.id).update(
        account=None, phone_hash=None, sealed=None, merged_into=survivor, updated_at=at
    )
    crypto.merge(loser.id, into=survivor.id)
    files.hand_over(loser.id, to=survivor.id)


def _move(merging: Merging) -> dict[str, list[str]]:
    """Let each room's columns name the survivor; the keys of the rows, by column."""
    merged_relations.settle(merging)
    for _column, naming in namings:
        if naming.settle:
            naming.settle(merging)
    moved = {column: naming.move(merging) for column, naming in namings}
    return {column: keys for column, keys in moved.items() if keys}


def _lapse(merging: Merging) -> None:
    """What else was proposed of the account that is gone has nothing to decide any more."""
    others = Merge.objects.filter(Q(loser=merging.loser) | Q(survivor=merging.loser))
    others.filter(state=MergeState.PROPOSED).update(state=MergeState.LAPSED, decided_at=merging.at)
