"""How Django finds the person of a request."""

from django.contrib.auth.backends import ModelBackend


class Browsers(ModelBackend):
    """Finds who signs in, and whom the session of a browser is about."""

    def get_user(self, user_id):
        person = super().get_user(user_id)
        if person is not None:
            person.is_of_browser = True
        return person
