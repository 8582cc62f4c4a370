from __future__ import annotations

from django.db import migrations, models

import tinhso.foundation.ids

KEPT = """
CREATE FUNCTION studio_block_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a published block stays as it is' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER studio_block_kept BEFORE UPDATE OR DELETE ON studio_block
FOR EACH ROW EXECUTE FUNCTION studio_block_kept();
"""

UNKEPT = """
DROP TRIGGER studio_block_kept ON studio_block;
DROP FUNCTION studio_block_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("studio", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Block",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tinhso.foundation.ids.new_id, primary_key=True, serialize=False),
                ),
                ("code", models.TextField()),
                ("number", models.PositiveIntegerField()),
                ("title", models.TextField()),
                ("name", models.TextField()),
                ("fields", models.JSONField()),
                ("published_by", models.TextField()),
                ("published_by_id", models.UUIDField(null=True)),
                ("published_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("code", "number"), name="block_numbered_once"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="block_from_one"),
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[a-z0-9]+(-[a-z0-9]+)*$")),
                        name="block_code_plain",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "^[a-z][a-z0-9_]*$")), name="block_name_plain"
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEPT, UNKEPT),
    ]
