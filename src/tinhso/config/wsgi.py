"""The pages and the API, for a WSGI server."""

from __future__ import annotations

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
application = get_wsgi_application()
if import_module("django.conf").settings.BEHIND_PROXY:
    application = import_module("tinhso.config.addresses").behind_proxy(application)
import_module("tinhso.config.production").refuse_demo_parts()
