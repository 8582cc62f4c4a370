import django.contrib.postgres.fields
from django.db import migrations, models

import tinhso.foundation.ids

NAMES = """
CALL identity_names_person('registers_question', 'asked_by_id');
CALL identity_names_person('registers_question', 'about_id');
"""
NAMES_NOBODY = """
CALL identity_names_nobody('registers_question', 'about_id');
CALL identity_names_nobody('registers_question', 'asked_by_id');
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("identity", "0004_merged_accounts")]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tinhso.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("register", models.TextField()),
                ("filing_id", models.UUIDField()),
                ("procedure", models.TextField()),
                ("about_kind", models.TextField()),
                ("about_id", models.UUIDField()),
                ("asked_by_id", models.UUIDField()),
                (
                    "facts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("ground", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("outcome", models.TextField(blank=True, default="")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["filing_id", "-asked_at"], name="question_of_filing"),
                    models.Index(fields=["asked_by_id", "-asked_at"], name="question_of_asker"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                [
                                    "",
                                    "answered",
                                    "unknown",
                                    "unanswered",
                                    "refused",
                                    "unreadable",
                                    "wrong-person",
                                ],
                            )
                        ),
                        name="question_known_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("outcome", "")),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True),
                                ("ended_at__gte", models.F("asked_at")),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="question_ends_with_an_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ground", ""), _negated=True),
                            models.Q(("procedure", ""), _negated=True),
                            models.Q(("facts", []), _negated=True),
                        ),
                        name="question_says_why",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "")),
                        fields=("filing_id", "register"),
                        name="question_one_under_way",
                    ),
                ],
            },
        ),
        migrations.RunSQL(NAMES, NAMES_NOBODY),
    ]
