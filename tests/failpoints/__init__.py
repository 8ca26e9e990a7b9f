"""
Every place where a process can die between a transaction and the outside world, times what the bank does, times when
the retry comes.

A case is the road of a request, from the platform's call to the last webhook. A child process walks it and dies at a
place; then whoever comes after it walks the same road from its beginning, at once or when every lease has ended. What
the bank has done by its own log is compared with what the portal believes, to the cent.

    python -m tests.failpoints
    python -m tests.failpoints --part 1/5 --seed 7 --results var/failpoints.json

No code of the product knows of the places: each is named by a function's full path, and the child wraps that function.
"""
