"""Services that subsystems of this server offer, their endpoints, and who may call them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tinhso.exchange.contracts import BodyLog, ContractCheck, ServiceClass, ServiceKind, SubjectKind
from tinhso.exchange.models.members import Subsystem
from tinhso.foundation.ids import new_id

RESERVED = (
    "listMethods",
    "allowedMethods",
    "getOpenAPI",
    "getWsdl",
    "getSecurityServerOperationalData",
    "getSecurityServerHealthData",
    "getSecurityServerMetrics",
)
"""Codes of the server's own services, refused at registration (exchange protocol §6.2)."""


class Service(models.Model):
    """A service at its provider: where it is, what it gives, and how its messages are kept.

    `version` is SOAP's only. `description` is the OpenAPI or WSDL text. `timeout_seconds` is for one call.
    `masks` are rules of `guards.masking`; `breaker`, `mirror` and `mock` belong to `guards` as well.
    A new service is disabled; `notice` is what its callers then read.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subsystem = models.ForeignKey(Subsystem, models.PROTECT, related_name="services")
    code = models.TextField()
    version = models.TextField(blank=True, default="")
    kind = models.TextField()
    title = models.TextField()
    url = models.TextField()
    verify_tls = models.BooleanField(default=True)
    timeout_seconds = models.PositiveIntegerField(default=60)
    most_bytes = models.PositiveBigIntegerField(default=10 * 1024 * 1024)
    description = models.TextField(blank=True, default="")
    enabled = models.BooleanField(default=False)
    notice = models.TextField(blank=True, default="")
    owner_unit_id = models.UUIDField(null=True)
    legal_basis = models.TextField(blank=True, default="")
    personal_fields = ArrayField(models.TextField(), default=list, blank=True)
    service_class = models.TextField(default=ServiceClass.SHARED)
    body_log = models.TextField(default=BodyLog.FULL)
    masks = models.JSONField(default=list, blank=True)
    contract_check = models.TextField(default=ContractCheck.OFF)
    breaker = models.JSONField(default=dict, blank=True)
    mirror = models.JSONField(default=dict, blank=True)
    mock = models.JSONField(default=dict, blank=True)
    deprecated_at = models.DateTimeField(null=True)
    retires_at = models.DateTimeField(null=True)
    successor = models.TextField(blank=True, default="")
    registered_at = models.DateTimeField()

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["subsystem", "code", "version"], name="service_once"),
            models.CheckConstraint(condition=~Q(code=""), name="service_has_a_code"),
            models.CheckConstraint(condition=~Q(code__in=RESERVED), name="service_code_not_reserved"),
            models.CheckConstraint(
                condition=Q(kind__in=[each.value for each in ServiceKind]), name="service_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(version="") | Q(kind=ServiceKind.WSDL), name="service_version_only_for_soap"
            ),
            models.CheckConstraint(
                condition=Q(service_class__in=[each.value for each in ServiceClass]),
                name="service_known_class",
            ),
            models.CheckConstraint(
                condition=Q(body_log__in=[each.value for each in BodyLog]), name="service_known_body_log"
            ),
            models.CheckConstraint(
                condition=~Q(body_log=BodyLog.MASKED) | ~Q(masks=[]), name="service_masked_by_rules"
            ),
            models.CheckConstraint(
                condition=Q(contract_check__in=[each.value for each in ContractCheck]),
                name="service_known_contract_check",
            ),
            models.CheckConstraint(
                condition=Q(timeout_seconds__gte=1, timeout_seconds__lte=600), name="service_bounded_timeout"
            ),
            models.CheckConstraint(
                condition=Q(retires_at=None)
                | (Q(deprecated_at__isnull=False) & Q(retires_at__gt=F("deprecated_at"))),
                name="service_retires_after_notice",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Endpoint(models.Model):
    """A method and path glob of a REST service, as its description lists it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.ForeignKey(Service, models.CASCADE, related_name="endpoints")
    method = models.TextField()
    path = models.TextField()

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["service", "method", "path"], name="endpoint_once"),
            models.CheckConstraint(
                condition=Q(method__regex=r"^(\*|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT|TRACE)$"),
                name="endpoint_known_method",
            ),
            models.CheckConstraint(condition=Q(path__regex=r"^(/|\*)"), name="endpoint_path_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Right(models.Model):
    """Who may call a service, whole (`*`, `**`) or one endpoint; any right that matches allows (§7).

    `subject` is a subsystem's identifier, a global group's code, or a local group's code of the owner.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.ForeignKey(Service, models.PROTECT, related_name="rights")
    subject_kind = models.TextField()
    subject = models.TextField()
    method = models.TextField(default="*")
    path = models.TextField(default="**")
    agreement_id = models.UUIDField(null=True)
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(
                fields=["service", "subject_kind", "subject", "method", "path"],
                condition=Q(ended_at=None),
                name="right_once",
            ),
            models.CheckConstraint(
                condition=Q(subject_kind__in=[each.value for each in SubjectKind]), name="right_known_subject"
            ),
            models.CheckConstraint(
                condition=~Q(subject_kind=SubjectKind.SUBSYSTEM) | Q(subject__regex=r"^[^/]+(/[^/]+){3}$"),
                name="right_never_for_a_bare_member",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("granted_at")),
                name="right_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.method} {self.path}"
