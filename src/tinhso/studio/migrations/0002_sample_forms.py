import django.db.models.deletion
from django.db import migrations, models

import tinhso.foundation.ids


class Migration(migrations.Migration):
    dependencies = [
        ("studio", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SampleForm",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tinhso.foundation.ids.new_id, primary_key=True, serialize=False),
                ),
                ("file_id", models.UUIDField()),
                ("kept_by", models.TextField()),
                ("kept_at", models.DateTimeField()),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="studio.draft"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["file_id"], name="sample_by_file")],
                "constraints": [
                    models.UniqueConstraint(fields=("draft", "file_id"), name="sample_kept_once")
                ],
            },
        ),
    ]
