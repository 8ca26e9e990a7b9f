"""
From a file that somebody sent to what would come of it, row by row; nothing here changes a payout.

    stored    the bytes as they came, encrypted in pieces
    tables    rows out of CSV and XLSX, documents out of JSON lines
    columns   which column holds what, and a document out of a row of cells
    answers   what would come of documents, by the rules of the API
"""
