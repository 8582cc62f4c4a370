from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "tinhso.foundation"
    label = "foundation"
