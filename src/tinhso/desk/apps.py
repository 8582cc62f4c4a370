from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "tinhso.desk"
    label = "desk"
