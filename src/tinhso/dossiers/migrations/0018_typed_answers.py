from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0017_timers"),
    ]

    operations = [
        migrations.AddField(
            model_name="supplement",
            name="answers",
            field=models.JSONField(null=True),
        ),
        migrations.AddConstraint(
            model_name="supplement",
            constraint=models.CheckConstraint(
                condition=models.Q(("answers__isnull", True), ("answered_at", None), _connector="OR"),
                name="supplement_typed_only_while_open",
            ),
        ),
    ]
