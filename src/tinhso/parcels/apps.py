from django.apps import AppConfig


class ParcelsConfig(AppConfig):
    name = "tinhso.parcels"
    label = "parcels"
