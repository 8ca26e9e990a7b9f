from apps.sandbox.scenarios import ORDINARY, SCENARIOS, markdown_table, scenario_for


def test_amounts_choose_their_scenario_by_the_last_five_digits():
    assert scenario_for(70701).code == "refused_closed_account"
    assert scenario_for(1_270_711).code == "returned_closed_account"


def test_ordinary_amounts_meet_no_incident():
    for amount in (1, 99, 995, 12_550, 70_700, 70_799, 707_01 + 1000):
        assert scenario_for(amount) is ORDINARY


def test_every_scenario_has_its_own_name_and_stands_in_the_table():
    assert len({scenario.code for scenario in SCENARIOS.values()}) == len(SCENARIOS)
    table = markdown_table()
    for scenario in SCENARIOS.values():
        assert f"| …{scenario.example} | `{scenario.code}` |" in table
        assert 70_700 < scenario.ending < 70_800
