from django.apps import AppConfig
from django.utils.module_loading import import_string


class RoofConfig(AppConfig):
    """The roof as an app: once every room is there, it binds what comes from settings."""

    name = "tinhso.config"
    label = "config"

    def ready(self) -> None:
        import_string("tinhso.config.signing.bind")()
