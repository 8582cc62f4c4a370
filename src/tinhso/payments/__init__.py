"""Money: what a person owes the province, how it came in, where it lies, and the paper that proves it.

It knows no procedure and no dossier: higher rooms hand it finished charge lines for a subject, and it answers
by the event `PaymentSettled`.
"""
