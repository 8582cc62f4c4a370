from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "tinhso.forms"
    label = "forms"
