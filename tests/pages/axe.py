"""What axe-core says that people with disabilities could not use of a page."""

from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / ".tools"
SCRIPT = next((path.read_text(encoding="utf-8") for path in TOOLS.glob("axe-*.min.js")), "")
GRAVE = ("serious", "critical")
_RUN = """async () => {
  const wcag = {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]};
  return (await axe.run(document, {runOnly: wcag, reporter: "no-passes", iframes: false})).violations;
}"""


def faults(tab) -> list[str]:
    """Return the serious and critical faults of the page in a tab: the rule, what it means, and the first elements."""
    if not SCRIPT:
        return []
    tab.evaluate(SCRIPT)
    found = [violation for violation in tab.evaluate(_RUN) if violation["impact"] in GRAVE]
    return [
        f"{violation['id']} ({violation['help']}), {len(violation['nodes'])} times: "
        + " | ".join(node["html"][:160] for node in violation["nodes"][:3])
        for violation in found
    ]
