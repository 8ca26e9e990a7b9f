"""
What a document that comes from outside may say: one description that checks it and writes its JSON Schema.

The API's bodies and the rows of uploaded files are read with the same shapes, so neither door lets in what the other
refuses.
"""
