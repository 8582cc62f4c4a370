from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class FoundationConfig(AppConfig):
    name = "tinhso.foundation"
    label = "foundation"

    def ready(self) -> None:
        """Let every room declare its acts and grants, bind its ports and subscribe to events."""
        autodiscover_modules("permissions", "ports", "subscriptions")
