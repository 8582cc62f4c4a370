"""Who may file for whom: a person for a child, a ward, a grantor or an organisation, and what proves it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tinhso.foundation import text
from tinhso.foundation.ids import new_id
from tinhso.foundation.periods import DatedByDay, ordered_days
from tinhso.foundation.refs import OwnerRef
from tinhso.identity.models.people import Organisation, Person
from tinhso.identity.relation_contracts import Capacity, MemberRole, Origin

STANDING = [capacity.value for capacity in Capacity if capacity.by_relation]
ONE_ONLY = [Capacity.CHILD.value, Capacity.WARD.value, Capacity.ORGANISATION.value]


class Relation(DatedByDay):
    """A person (`agent`) who may file for another person or an organisation, from a day until before another.

    `name` and what is `sealed` under the agent's key are the represented as the agent declared them: nothing
    the province knows of that person is shown by it. `proven_at` is when an officer, the e-ID, the grantor
    or the organisation vouched for it. `ended_at` ends it at once, whatever its days say.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    capacity = models.TextField()
    role = models.TextField(default="", blank=True)
    agent_name = models.TextField()
    name = models.TextField()
    sealed = models.BinaryField(null=True)
    scope = ArrayField(models.TextField(), default=list)
    origin = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.TextField()
    accepted_at = models.DateTimeField(null=True)
    proven_at = models.DateTimeField(null=True)
    proven_by = models.TextField(default="", blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(default="", blank=True)
    ended_because = models.TextField(default="", blank=True)

    class Meta:
        app_label = "identity"
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation=None)
                | Q(person=None, organisation__isnull=False),
                name="relation_to_one",
            ),
            models.CheckConstraint(
                condition=Q(person=None) | ~Q(person=F("agent")), name="relation_never_to_oneself"
            ),
            models.CheckConstraint(condition=Q(capacity__in=STANDING), name="relation_known_capacity"),
            models.CheckConstraint(
                condition=Q(
                    organisation__isnull=False,
                    capacity=Capacity.ORGANISATION.value,
                    role__in=[role.value for role in MemberRole],
                )
                | (Q(organisation=None, role="") & ~Q(capacity=Capacity.ORGANISATION.value)),
                name="relation_role_in_organisations",
            ),
            models.CheckConstraint(
                condition=~Q(capacity=Capacity.PROXY.value) | Q(valid_to__isnull=False),
                name="relation_proxy_ends",
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(agent_name=""), name="relation_named"),
            models.CheckConstraint(
                condition=Q(origin__in=[origin.value for origin in Origin]), name="relation_known_origin"
            ),
            models.CheckConstraint(
                condition=Q(proven_at=None, proven_by="") | (Q(proven_at__isnull=False) & ~Q(proven_by="")),
                name="relation_proven_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="") | (Q(ended_at__gte=F("made_at")) & ~Q(ended_by="")),
                name="relation_ended_by_somebody",
            ),
            ordered_days("relation_has_a_day"),
            models.UniqueConstraint(
                fields=["agent", "person", "capacity"],
                condition=Q(ended_at=None, person__isnull=False, capacity__in=ONE_ONLY),
                name="relation_once_to_a_person",
            ),
            models.UniqueConstraint(
                fields=["agent", "organisation"],
                condition=Q(ended_at=None, organisation__isnull=False),
                name="relation_once_to_an_organisation",
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "-made_at"], name="relation_of_agent"),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="relation_for_person"),
            models.Index(
                fields=["organisation"],
                condition=Q(organisation__isnull=False),
                name="relation_for_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.capacity} {self.id}"

    @property
    def represented(self) -> OwnerRef:
        """Whom it stands for."""
        if self.organisation_id is not None:
            return OwnerRef("organisation", self.organisation_id)
        return OwnerRef("person", self.person_id or self.agent_id)

    def names(self, agent_name: str) -> bool:
        """Whether an offer names this person: a wrong number alone reaches nobody."""
        return self.accepted_at is not None or text.fold(self.agent_name) == text.fold(agent_name)


class Proof(models.Model):
    """One paper that shows by what right somebody files for another. The latest one counts.

    `valid_until` is the last day on which it holds. `fault` says why an officer did not take it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    relation = models.ForeignKey(Relation, on_delete=models.CASCADE, related_name="proofs")
    kind = models.TextField()
    number = models.TextField(default="", blank=True)
    issued_on = models.DateField(null=True)
    issuer = models.TextField(default="", blank=True)
    valid_until = models.DateField(null=True)
    file_id = models.UUIDField(null=True)
    added_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    checked_by = models.TextField(default="", blank=True)
    fault = models.TextField(default="", blank=True)

    class Meta:
        app_label = "identity"
        constraints = [
            models.CheckConstraint(condition=~Q(kind=""), name="proof_of_a_kind"),
            models.CheckConstraint(
                condition=Q(issued_on=None) | Q(valid_until=None) | Q(valid_until__gte=F("issued_on")),
                name="proof_holds_after_its_issue",
            ),
            models.CheckConstraint(
                condition=Q(checked_at=None, checked_by="", fault="")
                | (Q(checked_at__isnull=False) & ~Q(checked_by="")),
                name="proof_checked_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["relation", "-added_at"], name="proof_of_relation")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
