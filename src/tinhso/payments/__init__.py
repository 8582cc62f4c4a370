"""Payments: what is owed, paid, matched and receipted, in whole đồng.

It knows no procedure: finished charge lines are handed to it, and it answers by events. It must not decide
how much is owed, and money never passes through a float.
"""
