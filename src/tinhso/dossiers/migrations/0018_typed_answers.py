from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
<<<<<<<< HEAD:src/tinhso/dossiers/migrations/0018_typed_answers.py
        ("dossiers", "0017_timers"),
========
        ("dossiers", "0016_letters"),
>>>>>>>> s-rebase:src/tinhso/dossiers/migrations/0017_typed_answers.py
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
