from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core.ciphertext import encrypted_columns
from apps.core.reencryption import keys_in_use, reencrypt


class Command(BaseCommand):
    help = (
        "Encrypt with the newest of FIELD_KEYS what former ones have encrypted, and say which are no longer used. "
        "The portal may be at work meanwhile; stopped at any moment, it goes on where it was."
    )

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="only count what each key has encrypted")

    def handle(self, *, check, **options):
        columns = encrypted_columns()
        unreadable = [] if check else self._rewrite(columns)
        used, known = keys_in_use(columns), [key_id for key_id, _ in settings.FIELD_KEYS]
        for key_id in dict.fromkeys([*known, *used]):
            self.stdout.write(
                f"key {key_id}: {used[key_id]} values{'' if key_id in known else ', and it is not in FIELD_KEYS'}"
            )
        free = [key_id for key_id in known[1:] if not used[key_id]]
        self.stdout.write(f"No longer used: {', '.join(free) or 'none'}.")
        if unreadable:
            raise CommandError(f"No key opens the value of {len(unreadable)} rows: {', '.join(unreadable[:20])}.")

    def _rewrite(self, columns) -> list[str]:
        unreadable = []
        for column in columns:
            done = reencrypt(column)
            name = f"{column.model._meta.db_table}.{column.column}"
            self.stdout.write(f"{name}: {done.count} rows")
            unreadable += [f"{name} {pk}" for pk in done.unreadable]
        return unreadable
