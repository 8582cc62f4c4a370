"""A person's or an organisation's e-documents (kho dữ liệu điện tử): what each is, whether it still holds,
who has used it, and links by which the owner shows it.

It keeps references to files and who may have them; it does not make, sign or judge documents.
"""
