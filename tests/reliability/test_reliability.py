"""How the machines share the time, and what their blocks add up to."""

import json

from tests.reliability.machines import LONGEST_BLOCK_SECONDS, MACHINES, ROOT, Machine, Share
from tests.reliability.sums import SUMS, sum_of_all, words


def share(folder, seconds, *blocks):
    made = Share(Machine("simulator", 1, None), folder, seconds, kept=folder / "kept")
    for block in blocks:
        made.note(block)
    return made


def test_a_block_is_as_large_as_the_last_ones_let_expect(tmp_path):
    blocks = [{"schedules": 10, "took": 5.0}, {"schedules": 30, "took": 15.0}]
    assert 110 <= share(tmp_path, 60, *blocks).fits("schedules", 0.5) <= 120
    assert share(tmp_path, 3600).fits("schedules", 0.5) == 2 * LONGEST_BLOCK_SECONDS
    assert share(tmp_path, 3600).fits("schedules", 0.5, most=150) == 150
    assert share(tmp_path, 4).fits("schedules", 0.5, least=10) == 10


def test_no_block_begins_of_which_not_even_half_fits(tmp_path):
    made = share(tmp_path, 2, {"schedules": 10, "took": 5.0})
    assert made.fits("schedules", 0.5, least=10) == 0
    assert not made.fits_another
    assert share(tmp_path, 3).fits_another
    assert share(tmp_path, -1).fits("schedules", 0.5) == 0


def test_a_block_that_fails_is_shown_and_one_that_is_noted_stays(tmp_path, capfd):
    made = share(tmp_path, 60, {"schedules": 1})
    status, block, took = made.run("-c", "print('seed 7'); print('{\"schedules\": 2}'); raise SystemExit(1)")
    assert (status, block["schedules"]) == (1, 2)
    assert took < 60
    assert "seed 7" in capfd.readouterr().out
    assert [block["schedules"] for block in share(tmp_path, 0).noted()] == [1]


def test_what_is_kept_comes_first_and_counts_once(tmp_path):
    made = share(tmp_path, 60, {"schedules": 1}, {"schedules": 2})
    made.keep()
    made.note({"schedules": 3})
    assert [block["schedules"] for block in share(tmp_path, 0).noted()] == [1, 2, 3]
    made.keep()
    made.keep()
    assert [block["schedules"] for block in share(tmp_path, 0).noted()] == [1, 2, 3]
    assert (tmp_path / "kept" / "simulator.jsonl").read_text().count("\n") == 3


def test_what_is_kept_in_the_repository_adds_up():
    for machine in MACHINES:
        noted = Share(machine, ROOT / "nowhere").noted()
        assert json.loads(json.dumps(SUMS[machine.name](noted))) is not None


def test_the_shares_are_the_whole():
    assert round(sum(machine.share for machine in MACHINES), 3) == 1
    assert {machine.name for machine in MACHINES} == set(SUMS)


def test_every_machine_that_has_not_run_adds_up_to_nothing():
    sums = {name: add([]) for name, add in SUMS.items()}
    assert {words(total) for total in sums.values()} == {"not run yet"}
    flat = json.loads(json.dumps(sum_of_all(sums)))
    assert (flat["schedules"], flat["crashes"], flat["kills"], flat["cases"], flat["seconds"]) == (0, 0, 0, 0, 0)


def test_schedules_add_up_over_blocks_of_today_and_of_before():
    block = {"steps": 40, "crashes": 6, "payouts": 4, "seconds": 9.0}
    total = SUMS["simulator"]([
        block | {"first_seed": 100_000, "schedules": 10, "rail_kinds": {"files": 4, "call-none": 6}, "violations": []},
        block | {"first_seed": 100_010, "schedules": 5, "rail_kinds": {"files": 5}, "violations": 2, "took": 11.0},
    ])  # fmt: skip
    assert (total["schedules"], total["crashes"], total["violations"]) == (15, 12, 2)
    assert (total["seeds"], total["rail_kinds"]) == ([100_000, 100_014], {"files": 9, "call-none": 6})
    assert total["seconds"] == 20


def test_a_bug_counts_all_schedules_until_it_is_found():
    sought = {"bug": "a", "found": False, "schedules": 25, "seconds": 10}
    blocks = [sought, sought | {"found": True, "schedules": 3}, sought | {"bug": "b"}]
    total = SUMS["seeded_bugs"](blocks)
    assert (total["bugs"], total["bugs_found"], total["median_schedules"]) == (2, 1, 28)
    assert total["not_found"] == {"b": 25}
