from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string


class FoundationConfig(AppConfig):
    name = "tinhso.foundation"
    label = "foundation"

    def ready(self) -> None:
        check = import_string("tinhso.foundation.upkeep.check_secrets")
        if settings.PRODUCTION:
            checks.register(check, checks.Tags.security)
