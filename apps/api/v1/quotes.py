from apps.api.doors import Door, endpoint, own
from apps.core.database import database_now
from apps.payouts import operations as payouts
from apps.payouts.models import Payout
from apps.payouts.quotes import represent_quote
from apps.payouts.shapes import NEW_QUOTE, check_quote
from apps.pricing.models import Quote


def check(request, document, faults):
    """Note what no single field of a quote can see."""
    check_quote(request.partner, document, faults)


class Quotes(Door):
    @endpoint("createQuote", "Ask what a payout would cost", permission="payouts.create_payout", answer="Quote",
              status=201, body=NEW_QUOTE, check=check)  # fmt: skip
    def post(self, request, document):
        """
        On every rail: the fee and what it is made of, who pays it, what your balance would be charged, what would arrive and
        when, or why the rail cannot be taken. Name the quote as `quote` of one payout before it expires, and the payout has
        exactly this price or is refused.
        """
        quote = payouts.create_quote(request.partner.pk, payouts.QuoteDraft(**document), by=request.user)
        return represent_quote(quote, quote.created_at)


class OneQuote(Door):
    @endpoint("retrieveQuote", "Retrieve a quote", permission="payouts.view_payout", answer="Quote")
    def get(self, request, query, id):
        """With the payout that was made at its price, if one was."""
        quote = own(Quote.objects, request.partner, id)
        payout_id = Payout.objects.filter(quote=quote).values_list("pk", flat=True).first()
        return represent_quote(quote, database_now(), payout_id)
