"""The Payouts Portal on the command line of a platform's developers."""
