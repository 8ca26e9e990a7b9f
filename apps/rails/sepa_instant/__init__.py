"""SEPA Instant: euro payments in ten seconds, around the clock, each a call to the bank's API."""
