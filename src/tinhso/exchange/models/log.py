"""The message log: what went through this server, the signatures over it, their stamps, and the archives.

`Message`, `Signature` and `Stamped` are partitioned by month (UTC); `exchange_log_month` of the second
migration makes a month's partitions, dropping them ends its time. Nothing here is ever updated: the writers
add messages with their signatures, the stamper adds stamps, so neither waits for the other's rows.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from tinhso.exchange.contracts import BodyLog
from tinhso.foundation.ids import new_id

DIGEST_BYTES = 64
SIDES = ("client", "service")
KEPT = [each.value for each in BodyLog if each is not BodyLog.NONE]


class Message(models.Model):
    """One message on one side: a request or a response, as it was logged before it went on (§11.1).

    `id` (UUIDv7) rises with the time of logging and names the partition; `at` is the record's own time.
    `head` is the header part of §4.1, or the SOAP message. The body stands in `body`, or under its digest
    in the spool when `in_spool`. `more` lists attachments after the first (SOAP): `[{digest, size}]`, all
    in the spool. `signature` is the digest of the row of `Signature` in the same month.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    side = models.TextField()
    response = models.BooleanField()
    message_id = models.TextField(db_collation="C")
    request_id = models.TextField(db_collation="C")
    client = models.TextField(db_collation="C")
    service = models.TextField(db_collation="C")
    user_id = models.TextField(blank=True, default="", db_collation="C")
    issue = models.TextField(blank=True, default="", db_collation="C")
    agreement_id = models.UUIDField(null=True)
    agreement_revision = models.PositiveIntegerField(null=True)
    mode = models.TextField()
    status = models.PositiveSmallIntegerField(null=True)
    fault_code = models.TextField(blank=True, default="")
    head = models.BinaryField()
    size = models.PositiveBigIntegerField(default=0)
    """Bytes of the body and of all attachments as they were sent."""
    body = models.BinaryField(null=True)
    body_digest = models.BinaryField(null=True)
    """SHA-512 of the body in the spool: its address there."""
    in_spool = models.BooleanField(default=False)
    more = models.JSONField(null=True)
    truncated = models.BooleanField(default=False)
    signature = models.BinaryField(null=True)
    chain = models.BinaryField(null=True)
    """The hash chain from this message to the top that the batch's signature covers; as `keeping.packing`."""

    class Meta:
        app_label = "exchange"
        constraints = [
            models.CheckConstraint(condition=Q(side__in=SIDES), name="message_known_side"),
            models.CheckConstraint(condition=Q(mode__in=KEPT), name="message_known_mode"),
            models.CheckConstraint(
                condition=Q(body=None) | Q(in_spool=False), name="message_body_in_one_place"
            ),
            models.CheckConstraint(
                condition=Q(in_spool=False) | Q(body_digest__isnull=False),
                name="message_body_found_by_its_digest",
            ),
            models.CheckConstraint(
                condition=Q(mode=BodyLog.FULL) | Q(mode=BodyLog.MASKED) | Q(body=None, in_spool=False),
                name="message_metadata_has_no_body",
            ),
            models.CheckConstraint(
                condition=Q(chain=None) | Q(signature__isnull=False), name="message_chain_of_a_signature"
            ),
        ]
        indexes = [
            models.Index(fields=["message_id", "id"], name="message_by_message_id"),
            models.Index(fields=["request_id", "id"], name="message_by_request_id"),
            models.Index(fields=["client", "id"], name="message_by_client"),
            models.Index(fields=["service", "id"], name="message_by_service"),
            models.Index(fields=["client", "service", "id"], name="message_by_both"),
            models.Index(fields=["user_id", "id"], name="message_by_user", condition=~Q(user_id="")),
            models.Index(fields=["issue", "id"], name="message_by_issue", condition=~Q(issue="")),
            models.Index(
                fields=["agreement_id", "id"],
                name="message_by_agreement",
                condition=Q(agreement_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.message_id


class Signature(models.Model):
    """A signature over one message or over a batch, kept once a month however many messages share it.

    `digest` is SHA-512 of `xml`: the protocol's signature hash, the leaf of batch stamps (§11.1).
    """

    pk = models.CompositePrimaryKey("month", "digest")
    month = models.DateField()
    digest = models.BinaryField()
    xml = models.BinaryField()
    chain_result = models.BinaryField(null=True)
    """The tree's top that the signature covers; none when it covers one message itself."""
    kept_at = models.DateTimeField()

    class Meta:
        app_label = "exchange"
        constraints = [
            models.CheckConstraint(
                condition=Exact(Length("digest"), DIGEST_BYTES), name="signature_by_sha512"
            ),
        ]

    def __str__(self) -> str:
        return bytes(self.digest).hex()


class Unstamped(models.Model):
    """A signature that waits for its stamp: the stamper's queue, oldest first (§12)."""

    id = models.BigAutoField(primary_key=True)
    month = models.DateField()
    digest = models.BinaryField()
    since = models.DateTimeField()

    class Meta:
        app_label = "exchange"

    def __str__(self) -> str:
        return str(self.id)


class Stamp(models.Model):
    """An answer of a time-stamping authority: over one signature, or over the top of a tree of many."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    """The token's own time."""
    authority = models.TextField()
    token = models.BinaryField()
    chain_result = models.BinaryField(null=True)
    count = models.PositiveIntegerField()

    class Meta:
        app_label = "exchange"
        constraints = [
            models.CheckConstraint(condition=Q(count__gte=1), name="stamp_of_something"),
            models.CheckConstraint(
                condition=Q(count=1) | Q(chain_result__isnull=False), name="stamp_of_many_by_a_tree"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.at}"


class Stamped(models.Model):
    """That a signature has its stamp. `chain` leads from it to the stamp's top; none for a stamp of one."""

    pk = models.CompositePrimaryKey("month", "digest")
    month = models.DateField()
    digest = models.BinaryField()
    stamp = models.ForeignKey(Stamp, models.PROTECT, related_name="signatures", db_index=False)
    chain = models.BinaryField(null=True)

    class Meta:
        app_label = "exchange"

    def __str__(self) -> str:
        return bytes(self.digest).hex()


class Stamping(models.Model):
    """The one row in which the stamper says how it fares; writers and diagnostics read it.

    `failing_since` is the first failure with signatures waiting; after `refuses_after` logging refuses and
    exchange stops (§12). Both are empty while stamping works.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    looked_at = models.DateTimeField(null=True)
    """When the stamper last showed that it lives."""
    stamped_at = models.DateTimeField(null=True)
    authority = models.TextField(blank=True, default="")
    failing_since = models.DateTimeField(null=True)
    refuses_after = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    class Meta:
        app_label = "exchange"
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="stamping_is_one_row"),
            models.CheckConstraint(
                condition=Q(refuses_after=None)
                | Q(failing_since__isnull=False, refuses_after__gte=F("failing_since")),
                name="stamping_refuses_after_it_failed",
            ),
        ]

    def __str__(self) -> str:
        return self.error or str(self.stamped_at)


class ArchiveGroup(models.Model):
    """One chain of archive files: its last digest, and how far into the log it has come (§13.3)."""

    name = models.TextField(primary_key=True, db_collation="C")
    digest = models.TextField(blank=True, default="")
    file = models.TextField(blank=True, default="")
    upto = models.UUIDField(null=True)
    """The last message of the log that stands in a finished file."""

    class Meta:
        app_label = "exchange"
        constraints = [
            models.CheckConstraint(
                condition=Q(digest="", file="", upto=None)
                | (~Q(digest="") & ~Q(file="") & Q(upto__isnull=False)),
                name="archive_group_begun_or_not",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ArchiveFile(models.Model):
    """A finished archive file: a ZIP of containers that ends in its linking information."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(ArchiveGroup, models.PROTECT, related_name="files")
    name = models.TextField()
    previous = models.TextField(blank=True, default="")
    """Name of the file before it in the chain."""
    digest = models.TextField()
    """The last digest of its own linking information."""
    first_id = models.UUIDField()
    last_id = models.UUIDField()
    count = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["name"], name="archive_file_once"),
            models.UniqueConstraint(fields=["group", "previous"], name="archive_file_follows_one"),
            models.CheckConstraint(condition=Q(count__gte=1), name="archive_file_of_something"),
            models.CheckConstraint(condition=Q(last_id__gte=F("first_id")), name="archive_file_in_order"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{128}$"), name="archive_file_by_sha512"
            ),
        ]

    def __str__(self) -> str:
        return self.name
