"""Links by which an owner shows a document, and wrong passcodes tried at them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id


class Share(models.Model):
    """A link that ends: by its day, by its count, by its owner's word, or by too many wrong passcodes.

    The link's secret is derived from the id and kept nowhere; `token_hash` finds the row. The database
    counts no use beyond `most`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey("vault.Document", on_delete=models.CASCADE, related_name="+")
    owner_id = models.UUIDField()
    token_hash = models.BinaryField(max_length=32)
    passcode_hash = models.BinaryField(max_length=32, null=True)
    purpose = models.TextField()
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    most = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    locked = models.BooleanField(default=False)

    class Meta:
        app_label = "vault"
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="vault_share_one_link"),
            models.CheckConstraint(condition=Q(until__gt=F("made_at")), name="vault_share_ends_later"),
            models.CheckConstraint(
                condition=Q(most__gte=1, used__lte=F("most")), name="vault_share_within_its_count"
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="vault_share_has_a_purpose"),
            models.CheckConstraint(
                condition=Q(locked=False) | Q(ended_at__isnull=False), name="vault_share_locked_is_ended"
            ),
        ]
        indexes = [
            models.Index(fields=["owner_id", "-id"], name="vault_share_of_owner"),
            models.Index(fields=["document"], name="vault_share_of_document"),
        ]

    def __str__(self) -> str:
        return self.purpose


class Guess(models.Model):
    """One wrong passcode, counted for a while."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        app_label = "vault"
        indexes = [models.Index(fields=["share", "at"], name="vault_guess_of_share")]

    def __str__(self) -> str:
        return f"{self.share_id} {self.at}"
