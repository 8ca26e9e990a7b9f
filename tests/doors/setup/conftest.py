from tests.doors.banks.conftest import administrator  # noqa: F401 a fixture of the tests here
