"""The pages and the API, for a WSGI server."""

from __future__ import annotations

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tinhso.config.addresses import behind_proxy
from tinhso.config.starting import uncollected

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
with uncollected():
    application = get_wsgi_application()
if settings.BEHIND_PROXY:
    application = behind_proxy(application)  # type: ignore[assignment]  # any WSGI application will do
import_module("tinhso.config.production").refuse_demo_parts()
