"""Agreements: an application may use a plan, under terms that two people agreed to, with its history."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tinhso.exchange.contracts import AgreementStatus, BodyLog
from tinhso.exchange.models.applications import Application
from tinhso.exchange.models.plans import Plan, QuotaClass
from tinhso.foundation.ids import new_id

_LIVE = [AgreementStatus.PENDING, AgreementStatus.ACCEPTED]
MOST_REASON_CODES = 50
_AGREED = [AgreementStatus.ACCEPTED, AgreementStatus.CLOSED]


class Agreement(models.Model):
    """An application's right to use a plan. Its life is a table (`operations.lives`) and a trigger.

    `terms` are those in force; `conditions_accepted` is the newest revision of the plan's conditions that
    the consumer accepted. Each side pauses by itself. `enabled_by` is the operator who opened it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.TextField()
    application = models.ForeignKey(Application, models.PROTECT, related_name="agreements")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="agreements")
    status = models.TextField(default=AgreementStatus.PENDING)
    terms = models.ForeignKey("exchange.Terms", models.PROTECT, null=True, related_name="+")
    conditions_accepted = models.PositiveIntegerField()
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    accepted_by = models.UUIDField(null=True)
    accepted_at = models.DateTimeField(null=True)
    enabled_by = models.UUIDField(null=True)
    enabled_at = models.DateTimeField(null=True)
    provider_paused_at = models.DateTimeField(null=True)
    provider_ground = models.TextField(blank=True, default="")
    consumer_paused_at = models.DateTimeField(null=True)
    consumer_ground = models.TextField(blank=True, default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["number"], name="agreement_number_once"),
            models.CheckConstraint(
                condition=Q(status__in=[each.value for each in AgreementStatus]),
                name="agreement_known_status",
            ),
            models.UniqueConstraint(
                fields=["application", "plan"], condition=Q(status__in=_LIVE), name="agreement_one_live"
            ),
            models.CheckConstraint(
                condition=Q(status=AgreementStatus.ACCEPTED, terms__isnull=False, accepted_at__isnull=False)
                | Q(
                    status__in=[AgreementStatus.PENDING, AgreementStatus.REJECTED],
                    terms=None,
                    accepted_at=None,
                )
                | Q(status=AgreementStatus.CLOSED),
                name="agreement_accepted_with_terms",
            ),
            models.CheckConstraint(
                condition=Q(enabled_at=None, enabled_by=None)
                | Q(status__in=_AGREED, enabled_at__isnull=False, enabled_by__isnull=False),
                name="agreement_enabled_once_accepted",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by=None) | ~Q(accepted_by=F("asked_by")),
                name="agreement_applicant_does_not_accept",
            ),
            models.CheckConstraint(
                condition=Q(enabled_by=None)
                | (~Q(enabled_by=F("asked_by")) & (Q(accepted_by=None) | ~Q(accepted_by=F("enabled_by")))),
                name="agreement_enabled_by_another",
            ),
            models.CheckConstraint(
                condition=(
                    Q(provider_paused_at=None, provider_ground="")
                    | (Q(provider_paused_at__isnull=False) & ~Q(provider_ground=""))
                )
                & (
                    Q(consumer_paused_at=None, consumer_ground="")
                    | (Q(consumer_paused_at__isnull=False) & ~Q(consumer_ground=""))
                ),
                name="agreement_paused_with_a_ground",
            ),
            models.CheckConstraint(
                condition=Q(provider_paused_at=None, consumer_paused_at=None) | Q(status__in=_AGREED),
                name="agreement_paused_once_accepted",
            ),
            models.CheckConstraint(
                condition=Q(status=AgreementStatus.CLOSED, closed_at__isnull=False)
                | (~Q(status=AgreementStatus.CLOSED) & Q(closed_at=None)),
                name="agreement_closed_at_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["status", "-asked_at"], name="agreement_status_asked")]

    def __str__(self) -> str:
        return self.number


class Terms(models.Model):
    """One revision of what both sides agreed to; the one in force is kept with every message logged.

    `ends_on` is the last day. `answer` is to the plan's question. Where `reason_codes` lists any, every
    request names one of them. `accepted` is None while nobody decided; without `decided_by` the plan itself
    decided.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="all_terms")
    revision = models.PositiveIntegerField()
    legal_basis = models.TextField()
    purpose = models.TextField()
    data_fields = ArrayField(models.TextField())
    retention_days = models.PositiveIntegerField()
    contact = models.TextField()
    quota_class = models.ForeignKey(QuotaClass, models.PROTECT, related_name="+")
    log_mode = models.TextField(default=BodyLog.FULL)
    starts_on = models.DateField()
    ends_on = models.DateField()
    answer = models.TextField(blank=True, default="")
    reason_codes = ArrayField(models.TextField(), default=list, blank=True)
    asked_by = models.UUIDField()
    asked_name = models.TextField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    accepted = models.BooleanField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_name = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["agreement", "revision"], name="terms_revision_once"),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(accepted=None), name="terms_one_open_of_an_agreement"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="terms_last_a_day"),
            models.CheckConstraint(
                condition=Q(revision__gte=1)
                & ~Q(legal_basis="")
                & ~Q(purpose="")
                & ~Q(data_fields=[])
                & ~Q(contact="")
                & ~Q(asked_name=""),
                name="terms_whole",
            ),
            models.CheckConstraint(
                condition=Q(log_mode__in=[each.value for each in BodyLog]), name="terms_known_log_mode"
            ),
            models.CheckConstraint(
                condition=(
                    Q(accepted=None, decided_by=None, decided_at=None, decided_name="")
                    | (Q(accepted__isnull=False, decided_at__gte=F("asked_at")) & ~Q(decided_name=""))
                ),
                name="terms_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="terms_four_eyes"
            ),
            models.CheckConstraint(
                condition=~Q(accepted=False) | ~Q(reason=""), name="terms_refused_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(reason_codes__len__lte=MOST_REASON_CODES), name="terms_few_reason_codes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.revision}"


class Transition(models.Model):
    """One step in an agreement's life, never changed: who, when, on what ground, from where to where.

    `digest` is the SHA-256 of the step before and of this one, so that a step taken out is noticed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="transitions")
    number = models.PositiveIntegerField()
    kind = models.TextField()
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.TextField()
    on_behalf_of = models.UUIDField(null=True)
    ground = models.TextField(blank=True, default="")
    before = models.TextField()
    after = models.TextField()
    terms_revision = models.PositiveIntegerField()
    conditions_revision = models.PositiveIntegerField()
    digest = models.TextField()

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="transition_number_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1) & ~Q(kind="") & ~Q(actor_name=""), name="transition_whole"
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="transition_has_a_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class Reminder(models.Model):
    """That people were told, so many days before a day, that something ends; each is told once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.TextField()
    subject_id = models.UUIDField()
    ends_on = models.DateField()
    days = models.PositiveIntegerField()
    told_at = models.DateTimeField()

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id", "ends_on", "days"], name="reminder_told_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["agreement", "certificate", "conditions"]), name="reminder_known_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.days}"


class QuotaWarning(models.Model):
    """That four fifths of a limit were used; of each limit once a day (of Hà Nội), told to both sides.

    `told_at` is None until they were told.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="quota_warnings")
    limit = models.TextField()
    day = models.DateField()
    taken = models.PositiveIntegerField()
    most = models.PositiveIntegerField()
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["agreement", "limit", "day"], name="quota_warned_once_a_day"),
            models.CheckConstraint(
                condition=Q(limit__in=["minute", "day"]), name="quota_warning_of_a_known_limit"
            ),
            models.CheckConstraint(
                condition=Q(taken__gte=1, taken__lte=F("most")), name="quota_warning_within_the_limit"
            ),
        ]
        indexes = [
            models.Index(fields=["at"], name="quota_warning_untold", condition=Q(told_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.limit} {self.taken}/{self.most}"
