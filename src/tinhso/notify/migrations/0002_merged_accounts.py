from django.db import migrations

NAMES = """
CALL identity_names_person('notify_message', 'recipient_id');
CALL identity_names_person('notify_message', 'seal_key');
CALL identity_names_person('notify_preference', 'account_id');
CALL identity_names_person('notify_browser', 'account_id');
"""
NAMES_NOBODY = """
CALL identity_names_nobody('notify_browser', 'account_id');
CALL identity_names_nobody('notify_preference', 'account_id');
CALL identity_names_nobody('notify_message', 'seal_key');
CALL identity_names_nobody('notify_message', 'recipient_id');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notify", "0001_initial"),
        ("identity", "0004_merged_accounts"),
    ]

    operations = [migrations.RunSQL(NAMES, NAMES_NOBODY)]
