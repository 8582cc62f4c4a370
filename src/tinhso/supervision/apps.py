from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "tinhso.supervision"
    label = "supervision"
