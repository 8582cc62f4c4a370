"""A person's e-documents (kho dữ liệu điện tử): results issued to them, each with its file and source.

It keeps references to files and who may have them; it does not make, sign or judge documents.
"""
