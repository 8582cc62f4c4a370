from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.utils.module_loading import autodiscover_modules, import_string


class FoundationConfig(AppConfig):
    name = "tinhso.foundation"
    label = "foundation"

    def ready(self) -> None:
        """Let every room declare its acts and grants, bind its ports and subscribe to events."""
        autodiscover_modules("permissions", "ports", "subscriptions")
        check = import_string("tinhso.foundation.upkeep.check_secrets")
        if settings.PRODUCTION:
            checks.register(check, checks.Tags.security)
