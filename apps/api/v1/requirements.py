from apps.api.doors import Door, endpoint
from apps.api.pagination import Query
from apps.core.shapes.fields import Choice, Country, Currency
from apps.rails.models import BankAccount
from apps.rails.registry import RAILS
from apps.rails.routing import AUTO
from apps.rails.terms import rails_in_force
from apps.recipients.requirements import requirements


class Requirements(Door):
    @endpoint("retrieveRequirements", "Ask what has to be known of a recipient", permission="recipients.view_recipient",
              answer="Requirements",
              query=Query(
                  currency=Currency(),
                  country=Country("Of the account that is paid to."),
                  kind=Choice("individual", "company"),
                  rail=Choice(AUTO, *RAILS, help_text="`auto` unless said.", required=False, default=AUTO),
              ))  # fmt: skip
    def get(self, request, query):
        """
        A JSON Schema (2020-12) of the body of `POST /recipients`, with titles, examples, patterns and conditions, to build a
        form from or to check what you have. It is made by what requests and files are checked with. `POST /recipients/check`
        also tells what no schema can, such as wrong check digits.
        """
        rails, currency, country = rails_in_force(), query["currency"], query["country"]
        account = BankAccount.objects.open_to(request.partner.mode, request.partner.pk).first()
        today = account.business_today() if account else None
        wanted = [rail for rail in rails.values() if query["rail"] in (AUTO, rail.name)]
        reaching = [rail for rail in wanted if not rail.check_reach(None, currency, country, on=today)]
        rail = (reaching or wanted)[0]
        return {
            "object": "requirements",
            "rail": rail.name,
            "currency": currency,
            "country": country,
            "kind": query["kind"],
            "schema": requirements(rail, currency, country, query["kind"], on=today),
        }
