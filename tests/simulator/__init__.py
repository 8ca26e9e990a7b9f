"""
Whole lives of payouts, thousands of them, in which everything happens in any order and everybody dies anywhere.

A *schedule* is made from a seed: a platform, people, workers, a bank and the clock each take steps of the product's own
code against a real PostgreSQL, one after the other in one process, and a step may crash at any of its boundaries. At
the end all is let run to rest, and what the bank has executed is compared with what the portal believes.

It lives among the tests because it has bugs to seed and a bank's secrets to read, which no installation should have.

    manage.py simulate --seed 100000 --count 500
    manage.py simulate --seed 100138 --trace
    manage.py simulate --bug mark_before_send
    manage.py simulate --kind call-none

A seed chooses its *kind* (`kinds.py`): payments in files, or calls to a bank and what it documents. A bank that is called
is the sandbox's own code in this process (`instant.py`), on a wire that loses, delays and damages what it carries, and
all of such a schedule happens by a clock of its own (`clock.py`).

To add what another rail does, add a module of steps to `actors` and, for what happens outside, names to
`crashes.OUTSIDE`.
"""
