"""Import before the rooms, for benches of pure engines: Django is set up without starting a database."""

import django
from django.conf import settings

settings.configure(INSTALLED_APPS=["tinhso.foundation"], USE_TZ=True, PRODUCTION=False)
django.setup()
