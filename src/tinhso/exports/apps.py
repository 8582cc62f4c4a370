from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "tinhso.exports"
    label = "exports"
