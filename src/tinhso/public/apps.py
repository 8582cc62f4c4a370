from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "tinhso.public"
    label = "public"
