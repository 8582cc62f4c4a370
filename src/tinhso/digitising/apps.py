from django.apps import AppConfig


class DigitisingConfig(AppConfig):
    name = "tinhso.digitising"
    label = "digitising"
