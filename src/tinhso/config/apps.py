from django.apps import AppConfig


class RoofConfig(AppConfig):
    """The roof as an app: its `ports` bind what comes from settings, once every room is there."""

    name = "tinhso.config"
    label = "config"
