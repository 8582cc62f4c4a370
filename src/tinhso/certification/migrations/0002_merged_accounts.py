from django.db import migrations

NAMES = """
CALL identity_names_person('certification_certifiedcopy', 'owner_id');
"""
NAMES_NOBODY = """
CALL identity_names_nobody('certification_certifiedcopy', 'owner_id');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("certification", "0001_initial"),
        ("identity", "0004_merged_accounts"),
    ]

    operations = [migrations.RunSQL(NAMES, NAMES_NOBODY)]
