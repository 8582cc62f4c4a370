from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "tinhso.vault"
    label = "vault"
