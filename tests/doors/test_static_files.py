"""What every page of the console makes a browser load."""

from pathlib import Path

from django.contrib.staticfiles import finders

ROOT = Path(__file__).resolve().parents[2]


def test_chart_library_of_the_theme_is_not_sent_since_no_page_draws_with_it():
    sent = Path(finders.find("unfold/js/chart/chart.js"))
    assert sent.is_relative_to(ROOT / "static") and sent.stat().st_size < 200
    templates = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("apps/*/templates/**/*.html")]
    assert len(templates) > 50
    for template in templates:
        text = template.read_text(encoding="utf-8")
        assert "components/chart" not in text and "<canvas" not in text, template
