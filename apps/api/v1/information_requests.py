from apps.api.doors import Door, Pointers, endpoint, own
from apps.api.pagination import PagedQuery, page
from apps.api.v1.shapes import INFORMATION
from apps.compliance import operations as compliance
from apps.compliance.models import InformationRequest
from apps.compliance.representation import represent_request
from apps.core.shapes.fields import Choice


class InformationRequests(Door):
    @endpoint("listInformationRequests", "List what you are asked", permission="recipients.view_recipient",
              answer="InformationRequestList",
              query=PagedQuery(status=Choice("open", "answered", "closed", required=False)))  # fmt: skip
    def get(self, request, query):
        """Questions about your recipients, the newest first. Payouts to a recipient may wait for the answer."""
        rows = InformationRequest.objects.filter(partner_id=request.partner.pk).select_related("recipient")
        if query["status"] is not None:
            rows = rows.filter(status=query["status"])
        return page(request, rows, query, lambda found: [represent_request(one) for one in found])


class OneInformationRequest(Door):
    @endpoint("retrieveInformationRequest", "Retrieve what you are asked", permission="recipients.view_recipient",
              answer="InformationRequest")  # fmt: skip
    def get(self, request, query, id):
        """With your answer, once there is one."""
        return represent_request(own(InformationRequest.objects, request.partner, id))


class InformationAnswer(Door):
    @endpoint("answerInformationRequest", "Answer what you are asked", permission="compliance.answer_information",
              answer="InformationRequest", body=INFORMATION,
              shows={"status": "answered", "answer": "Hand-made furniture, since 2019."})  # fmt: skip
    def post(self, request, document, id):
        """Once, and as long as the question is open; after `due_at` too."""
        asked = own(InformationRequest.objects, request.partner, id)
        with Pointers(nowhere=True):
            asked = compliance.answer_information(asked.pk, document["answer"], by=request.user)
        return represent_request(asked)
