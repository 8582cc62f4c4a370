"""Certified copies (chứng thực bản sao điện tử từ bản chính) with their book, and the public pages on which
anyone checks a paper of the province: by its square code, or by the file.

It must not judge whether an original is genuine: the officer who saw it does. Signing, numbering and keeping
belong to foundation and the vault.
"""
