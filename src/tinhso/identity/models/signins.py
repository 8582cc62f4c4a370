"""Where people are signed in, what was tried, and forms kept while a sign-in had ended."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id


class SignIn(models.Model):
    """One browser in which an account is signed in, bound to that browser."""

    id = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor_name = models.TextField()
    person_id = models.UUIDField(null=True)
    organisation = models.ForeignKey(
        "identity.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    assurance_level = models.PositiveSmallIntegerField(default=0)
    factors = models.TextField()
    address = models.TextField(blank=True)
    agent = models.TextField(blank=True)
    agent_hash = models.BinaryField()
    id_token = models.TextField(blank=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_because = models.TextField(blank=True)

    class Meta:
        app_label = "identity"
        indexes = [
            models.Index(fields=["account", "-seen_at"], name="signin_account", condition=Q(ended_at=None))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="signin_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=~Q(factors=""), name="signin_has_factors"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Attempt(models.Model):
    """One wrong password or code, so that guessing can be slowed."""

    id = models.BigAutoField(primary_key=True)
    login_hash = models.BinaryField()
    device_hash = models.BinaryField(null=True)
    address = models.TextField()
    at = models.DateTimeField()

    class Meta:
        app_label = "identity"
        indexes = [
            models.Index(fields=["login_hash", "at"], name="attempt_login"),
            models.Index(fields=["address", "at"], name="attempt_address"),
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.at}"


class Start(models.Model):
    """A person was sent to the national e-ID from this address; kept only while it is counted."""

    id = models.BigAutoField(primary_key=True)
    address = models.TextField()
    at = models.DateTimeField()

    class Meta:
        app_label = "identity"
        indexes = [models.Index(fields=["address", "at"], name="start_address")]

    def __str__(self) -> str:
        return f"{self.address} {self.at}"


class KnownDevice(models.Model):
    """A browser in which an officer has signed in before: attackers elsewhere cannot lock it out."""

    id = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    secret_hash = models.BinaryField(unique=True)
    seen_at = models.DateTimeField()

    class Meta:
        app_label = "identity"

    def __str__(self) -> str:
        return str(self.id)


class KeptForm(models.Model):
    """A form sent after the sign-in had ended, encrypted under a key that only the browser holds."""

    id = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    path = models.TextField()
    body = models.BinaryField()
    kept_at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "identity"
        constraints = [models.CheckConstraint(condition=Q(path__startswith="/"), name="kept_form_goes_to_us")]

    def __str__(self) -> str:
        return self.path
