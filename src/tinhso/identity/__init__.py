"""Who: persons, organisations, officers and machines; how they sign in, and what each may do.

One table-driven place judges every act (`authorisation`). It must not know what the acts are about:
rooms above declare them and say to whom they are granted. Every look at one person leaves a trace here.
"""
