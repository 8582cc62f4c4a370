"""The national side of the exchange: directory, security server, registers, and a checker of evidence.

Everything here is written from the protocol's text alone, once more and independently of the province's own
program, strict about what it is sent, plain rather than quick.
"""
