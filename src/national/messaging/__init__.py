"""Those who carry messages to a person's phone: two SMS providers, Zalo, a push service."""
