"""Every rail there is, by name. A new rail is a folder and one line here."""

from apps.rails.sepa_credit_transfer.rail import SepaCreditTransfer
from apps.rails.sepa_instant.rail import SepaInstant

RAILS = {rail.name: rail for rail in (SepaCreditTransfer(), SepaInstant())}
