"""SEPA credit transfer: euro payments between accounts with an IBAN, sent to the bank as pain.001 files."""
