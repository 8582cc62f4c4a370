from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "tinhso.studio"
    label = "studio"
