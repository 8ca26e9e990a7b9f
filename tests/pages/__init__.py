"""Every page of the admin, over one world in which something is in every state: to look at, and to be checked by machines."""
