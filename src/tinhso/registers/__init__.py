"""National registers asked about who files: the population register, the register of enterprises.

It asks only what a form names, about whom the filer may ask, and leaves a trace that the person reads. It
keeps no answer: what was given stands in the draft and goes with it.
"""
