from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "tinhso.registers"
    label = "registers"
