"""The tables of `docs/operating.md`: what each role may do, and which roles exclude each other."""

from apps.users.roles import CONFLICTS, ROLES


def role_tables() -> str:
    """Return Markdown: every permission with the roles that hold it, then the pairs one person may not hold."""
    titles = [role.title for role in ROLES.values()]
    lines = ["| may | " + " | ".join(titles) + " |", "|---|" + ":-:|" * len(titles)]
    for permission in sorted(frozenset().union(*(role.permissions for role in ROLES.values()))):
        marks = ("✓" if permission in role.permissions else "" for role in ROLES.values())
        lines.append(f"| `{permission}` | " + " | ".join(marks) + " |")
    lines += ["", "| role | not together with |", "|---|---|"]
    for name, role in ROLES.items():
        others = [ROLES[other].title for other in ROLES if frozenset({name, other}) in CONFLICTS]
        lines.append(f"| {role.title} | {', '.join(others) or 'nothing is excluded'} |")
    return "\n".join(lines)
