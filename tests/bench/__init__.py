"""
How fast the portal is on this machine: `make bench`.

Everything runs on an embedded database of its own under `var/bench`, with fsync on, behind the same web server as in
production. What depends on the machine is measured next to a peer in the same rounds and told as a ratio.
"""
