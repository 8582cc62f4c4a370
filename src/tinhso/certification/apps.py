from django.apps import AppConfig


class CertificationConfig(AppConfig):
    name = "tinhso.certification"
    label = "certification"
