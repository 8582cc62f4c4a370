from django.db import migrations, models

NAMES = """
CALL identity_names_person('dossiers_dossier', 'owner_id');
CALL identity_names_person('dossiers_dossier', 'joint', 'list');
CALL identity_names_person('dossiers_filedby', 'filer_id');
CALL identity_names_person('dossiers_bundle', 'owner_id');
CALL identity_names_person('dossiers_draft', 'owner_id');
CALL identity_names_person('dossiers_factreport', 'person_id');
CALL identity_names_person('dossiers_member', 'person_id');
"""
NAMES_NOBODY = """
CALL identity_names_nobody('dossiers_member', 'person_id');
CALL identity_names_nobody('dossiers_factreport', 'person_id');
CALL identity_names_nobody('dossiers_draft', 'owner_id');
CALL identity_names_nobody('dossiers_bundle', 'owner_id');
CALL identity_names_nobody('dossiers_filedby', 'filer_id');
CALL identity_names_nobody('dossiers_dossier', 'joint');
CALL identity_names_nobody('dossiers_dossier', 'owner_id');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0012_delivery"),
        ("identity", "0004_merged_accounts"),
    ]

    operations = [
        migrations.RunSQL(NAMES, NAMES_NOBODY),
        migrations.AddField(
            model_name="content",
            name="identity_paper",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
