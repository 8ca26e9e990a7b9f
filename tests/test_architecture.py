"""The shape of the code, where a machine can see it. The order of apps is in pyproject.toml and checked by `make lint`."""

import ast
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import NoReverseMatch, reverse

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = sorted(
    path
    for folder in ("apps", "payouts_portal")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)
LONGEST_FUNCTION = 70
LONGEST_FILE = 450


@cache
def tree(path):
    return ast.parse(path.read_text())


def found(test):
    """Return "file:line" of every node of the product for which `test(path, node)` is true."""
    return [
        f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        for path in PRODUCT
        for node in ast.walk(tree(path))
        if test(path, node)
    ]


def is_function(node):
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def called(node):
    """Return the last part of the name a call calls, or None."""
    if isinstance(node, ast.Call):
        return getattr(node.func, "attr", getattr(node.func, "id", None))
    return None


def modules(node):
    """Return the modules an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def test_function_fits_on_a_page():
    assert found(lambda _, node: is_function(node) and node.end_lineno - node.lineno >= LONGEST_FUNCTION) == []


def test_file_can_be_read_in_one_go():
    files = [*PRODUCT, *(path for path in (ROOT / "tests").rglob("*.py"))]
    assert [str(path) for path in files if len(path.read_text().splitlines()) > LONGEST_FILE] == []


def test_modules_are_named_for_what_is_in_them():
    vague = {"utils.py", "helpers.py", "services.py", "managers.py", "handlers.py", "misc.py", "common.py"}
    assert [str(path) for path in PRODUCT if path.name in vague] == []


def test_public_operation_says_what_it_does():
    def is_silent_operation(path, node):
        is_operation = path.name == "operations.py" or path.parent.name == "operations"
        top_level = is_function(node) and node in tree(path).body and not node.name.startswith("_")
        return is_operation and top_level and not ast.get_docstring(node)

    assert found(is_silent_operation) == []


def test_model_says_what_a_row_is():
    silent = [
        model.__name__
        for model in apps.get_models()
        if model.__module__.startswith("apps.") and model.__doc__.startswith(f"{model.__name__}(")
    ]
    assert silent == []


def test_no_model_signals():
    signals = "django.db.models.signals"
    assert found(lambda _, node: any(module.startswith(signals) for module in modules(node))) == []


def test_models_are_imported_and_not_looked_up():
    assert found(lambda _, node: called(node) in ("get_model", "get_user_model")) == []


def test_only_one_module_parses_xml():
    """Foreign XML is read by apps/core/xml.py, which refuses what could hurt."""
    parsers = {"fromstring", "iterparse", "XMLParser", "XMLPullParser", "parseString", "HTMLParser"}

    def is_parser(path, node):
        imports_another = any(
            module.startswith(("xml.etree", "xml.dom", "xml.sax")) and "saxutils" not in module
            for module in modules(node)
        )
        return path != ROOT / "apps/core/xml.py" and (imports_another or called(node) in parsers)

    assert found(is_parser) == []


def test_nothing_runs_text_as_code():
    assert found(lambda _, node: called(node) in ("eval", "exec") and isinstance(node.func, ast.Name)) == []
    unsafe = ("pickle", "marshal", "shelve")
    assert found(lambda _, node: any(module in unsafe for module in modules(node))) == []


def test_who_writes_csv_leaves_no_formula_in_it():
    writers = {path for path in PRODUCT for node in ast.walk(tree(path)) if called(node) in ("writer", "DictWriter")}
    assert [str(path) for path in writers if "no_formula(" not in path.read_text()] == []
    assert len(writers) == 2


def test_serializers_name_their_fields():
    def is_open(_, node):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            return False
        is_all = isinstance(node.value, ast.Constant) and node.value.value == "__all__"
        return node.targets[0].id == "fields" and is_all

    assert found(is_open) == []


def test_money_is_never_a_float():
    """Amounts are integers and rates are decimals; scores, durations and screens may be floats elsewhere."""
    exact = ("apps/ledger", "apps/payouts", "apps/pricing", "apps/core/money.py")

    def is_float(path, node):
        where = str(path.relative_to(ROOT))
        is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        return where.startswith(exact) and (called(node) in ("float", "FloatField") or is_literal)

    assert found(is_float) == []


@pytest.mark.parametrize("model", [model.__name__.lower() for model in apps.get_app_config("django_q").get_models()])
def test_queue_pages_of_the_library_are_out_of_reach(model):
    """They would let staff schedule any function of Python."""
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:django_q_{model}_changelist")


@pytest.mark.django_db
def test_migrations_say_what_the_models_say():
    output = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1, stdout=output)
    except SystemExit:
        pytest.fail(output.getvalue(), pytrace=False)
