"""
Processes killed at random under load: `python -m tests.kills --seed 1 --kills 100`.

A storm starts the portal as it is run in production, every program as a process of its own: web server, worker, the
simulated bank and its API for instant payments, over an embedded PostgreSQL of its own. A platform asks for payouts over
HTTP and notes what was promised to it. Meanwhile processes are killed, stopped and continued, and the database dies.
Then everything runs on until all payouts have ended, and the banks' own logs, the platform's notes and its webhooks are
held against what the portal believes.

    surroundings.py  settings and folders of a storm, which all its processes share
    stage.py         the database, a platform, its money, and what its bank promises
    portal.py        the programs, and the processes they consist of
    platform.py      the platform, a process of its own
    observer.py      what is going on at a moment, seen from beside
    faults.py        which process is killed or stopped, and when; how soon work goes on
    truth.py         what must be true when all is over
    storm.py         one storm from its beginning to its end
"""
