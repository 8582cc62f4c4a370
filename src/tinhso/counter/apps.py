from django.apps import AppConfig


class CounterConfig(AppConfig):
    name = "tinhso.counter"
    label = "counter"
