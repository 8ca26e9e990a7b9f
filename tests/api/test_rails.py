"""What rails can do, on which days, and what would become of a payment."""

from tests import factories


def test_rail_tells_its_facts_with_their_sources(api):
    rails = {rail["id"]: rail for rail in api.read("/rails").json()["data"]}
    assert list(rails) == ["sepa_credit_transfer", "sepa_instant"]
    transfer = api.read("/rails/sepa_credit_transfer").json()
    assert transfer == rails["sepa_credit_transfer"]
    assert (transfer["family"], transfer["cut_offs"], transfer["zone"]) == ("file", ["15:00"], "Europe/Berlin")
    assert transfer["limits"] == [{"currency": "EUR", "minimum": "0.01", "maximum": "999999999.99"}]
    assert {"country": "DE", "since": "2008-01-28"} in transfer["countries"]
    assert transfer["recall"] is None and rails["sepa_instant"]["recall"] == {"banking_days_to_answer": 15}
    assert all(source["document"] and source["checked_on"] for source in transfer["sources"])


def test_published_limits_and_cut_offs_are_told(api):
    factories.setting("rail_limits", {"minimum": 100, "maximum": 5_000_00}, currency="EUR", name="sepa_instant")
    factories.setting("cut_offs", {"times": ["09:30", "14:00"]}, name="sepa_credit_transfer")
    rails = {rail["id"]: rail for rail in api.read("/rails").json()["data"]}
    assert rails["sepa_instant"]["limits"] == [{"currency": "EUR", "minimum": "1.00", "maximum": "5000.00"}]
    assert rails["sepa_credit_transfer"]["cut_offs"] == ["09:30", "14:00"]


def test_calendar_gives_the_reason_of_each_closed_day(api):
    path = "/rails/sepa_credit_transfer/calendar?first=2026-12-24&last=2026-12-27"
    assert (
        api.read(path).json()["closed"]
        == [
            {"day": "2026-12-25", "reason": "Christmas Day"},
            {"day": "2026-12-26", "reason": "Christmas Holiday"},
            {"day": "2026-12-27", "reason": "Sunday"},
        ]
        or api.read(path).json()["closed"]
    )
    instant = api.read("/rails/sepa_instant/calendar?first=2026-12-24&last=2026-12-27").json()
    assert (instant["closed"], instant["cut_offs"]) == ([], [])
    assert api.read("/rails/sepa_instant/calendar?first=2026-12-24&last=2028-01-01").status_code == 422


def ask(api, at, **more):
    query = "&".join(f"{name}={value}" for name, value in more.items())
    return api.read(f"/rails/what-if?currency=EUR&country=DE&at={at.replace('+', '%2B')}&{query}")


def test_what_is_asked_for_after_the_cut_off_before_a_holiday_says_why_it_takes_so_long(api):
    answer = ask(api, "2026-12-24T14:30:00Z", amount="100.00").json()
    assert (answer["rail"], answer["plan"]["execute_on"]) == ("sepa_credit_transfer", "2026-12-28")
    assert answer["plan"]["leaves_at"] == "2026-12-28T14:00:00+00:00"
    assert answer["plan"]["arrives_on"] == "2026-12-29"
    assert [move["code"] for move in answer["plan"]["moves"]] == ["after-cut-off"]
    assert "24 was at 15:00" in answer["plan"]["moves"][0]["detail"]
    earlier = ask(api, "2026-12-24T13:59:59Z").json()
    assert (earlier["plan"]["execute_on"], earlier["plan"]["moves"]) == ("2026-12-24", [])


def test_what_no_rail_can_says_why_of_each(api):
    answer = ask(api, "2026-12-01T08:00:00Z", amount="100.00", rail="sepa_instant").json()
    assert (answer["rail"], answer["plan"]) == (None, None)
    reasons = {one["rail"]: [reason["code"] for reason in one["reasons"]] for one in answer["considered"]}
    assert reasons == {"sepa_credit_transfer": ["not-requested"], "sepa_instant": ["no-instant-access"]}


def test_faults_of_a_question_are_named(api):
    answer = ask(api, "2026-12-01T08:00:00Z", amount="1.005")
    assert [(fault["parameter"], fault["code"]) for fault in answer.json()["errors"]] == [
        ("amount", "too-many-decimals")
    ]
    answer = api.read("/rails/what-if?country=UK&at=now")
    assert {fault["parameter"]: fault["code"] for fault in answer.json()["errors"]} == {
        "currency": "required",
        "country": "unknown-country",
        "at": "timestamp-format",
    }
