"""A file of payouts at the pages: uploaded, its columns named, looked at, committed, taken back as it was sent."""

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.events.models import Event
from apps.payouts.models import Batch, Payout, Plan
from apps.payouts.operations import commit_plans, read_plans
from tests import factories
from tests.doors.conftest import queries_of, text_of, told

UPLOAD, LIST = "/admin/payouts/plan/upload/", "/admin/payouts/plan/"


def test_from_an_upload_to_its_payouts(as_, platform, operator, auditor):
    client = as_(operator)
    lines = ["Ref;Wieviel;Currency;Name;Country;Kind;IBAN"]
    lines += [f"M-{number};{number}.00;EUR;Ada Quill;DE;individual;{factories.iban()}" for number in range(1, 60)]
    lines += [f"=1+1;10,50;EUR;Ada Quill;DE;individual;{factories.iban()}"]
    content = "\n".join(lines).encode()

    def upload(name="june.csv", **changes):
        data = {"platform": platform.public_id, "reference": "JUNE", "file": SimpleUploadedFile(name, content)}
        return client.post(UPLOAD, data | changes, follow=True)

    assert "Choose a platform and a file" in text_of(upload("june.exe"))
    assert "This is CSV, and was sent as a workbook" in text_of(upload("june.xlsx"))
    assert not Plan.objects.exists()
    assert "is being read" in told(upload())
    assert "This file was sent already" in text_of(upload())
    read_plans()
    plan = Plan.objects.get()
    page = f"{LIST}{plan.public_id}/"
    assert "It is not known what these columns hold: Ref, Wieviel." in text_of(client.get(page))
    named = ["reference", "amount", "currency", "recipient/name", "recipient/country", "recipient/kind"]
    named = {f"column-{place}": member for place, member in enumerate([*named, "recipient/method/iban"])}
    assert "is read again" in told(client.post(f"{page}columns/", named, follow=True))
    read_plans()

    answer = client.get(page)
    text = text_of(answer)
    for part in ("59 of 60", "1,770.00 EUR", "98,230.00 EUR", "no approval needed", "new recipient", "M-50"):
        assert part in text, part
    assert "M-51" not in text and "M-51" in text_of(client.get(f"{page}?after={answer.context['next']}"))
    assert "Column B: " in text_of(client.get(f"{page}?show=faulty"))
    assert queries_of(client, page) == queries_of(client, f"{page}?show=faulty") <= 14
    assert "june.csv" in text_of(client.get(LIST)) and "Files of payouts" in text_of(
        client.get("/admin/payouts/batch/")
    )
    errors = b"".join(client.get(f"{page}errors.csv").streaming_content).decode().splitlines()
    assert errors[1].startswith("61,'=1+1,,EUR,B,amount,")

    signed = answer.context["signed"]
    assert "too old, or somebody else's" in told(client.post(f"{page}commit/", {"signed": "x"}, follow=True))
    refused = client.post(f"{page}commit/", {"signed": signed, "mode": "all_or_nothing"}, follow=True)
    assert "1 row has faults" in told(refused) and not Payout.objects.exists()
    other = as_(auditor)
    assert other.post(f"{page}commit/", {"signed": signed, "mode": "valid_rows"}).status_code == 302
    assert other.get(UPLOAD).status_code == 403 and not Payout.objects.exists()
    committed = client.post(f"{page}commit/", {"signed": signed, "mode": "valid_rows"}, follow=True)
    assert "0 of 59 payouts made" in text_of(committed)
    commit_plans()
    assert "59 payouts made" in text_of(client.get(page))
    assert (Batch.objects.get().count, Payout.objects.count()) == (59, 59)

    assert b"".join(client.post(f"{page}download/").streaming_content) == content
    assert Event.objects.filter(type="batch_file.downloaded", actor_id=operator.public_id).count() == 1
    assert "rails.download_file" in told(other.post(f"{page}download/", follow=True))
