"""
The demo's story: one platform pays its people, and every promise of the portal is checked on the way.

It is told over HTTP alone: the platform calls the API with its key, people press buttons on the admin's pages. Every
step may be repeated, so whichever process dies, the story ends the same.
"""
