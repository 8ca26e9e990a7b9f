"""Small bank files for tests, written here and by no code of the product."""

from itertools import count

_numbers = count(1)

CREDIT_NOTIFICATION = """\
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">
 <BkToCstmrDbtCdtNtfctn>
  <GrpHdr><MsgId>NTF{number}</MsgId><CreDtTm>{day}T09:00:00+01:00</CreDtTm></GrpHdr>
  <Ntfctn>
   <Id>NTF{number}</Id><CreDtTm>{day}T09:00:00+01:00</CreDtTm>
   <Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>
   <Ntry>
    <Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
    <BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>
    <AcctSvcrRef>BANKREF{number}</AcctSvcrRef>
    <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
    <NtryDtls><TxDtls>
     <Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
     <Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
     <RltdPties><Dbtr><Pty><Nm>Quillmarket Treasury</Nm></Pty></Dbtr></RltdPties>
     <RmtInf><Ustrd>{remittance}</Ustrd></RmtInf>
    </TxDtls></NtryDtls>
   </Ntry>
  </Ntfctn>
 </BkToCstmrDbtCdtNtfctn>
</Document>
"""


def credit_notification(account, amount, remittance):
    """Return a camt.054 that says: so many minor units of EUR came in, with this text."""
    return CREDIT_NOTIFICATION.format(
        number=next(_numbers),
        day=account.business_today().isoformat(),
        iban=account.read_iban(),
        amount=f"{amount // 100}.{amount % 100:02d}",
        remittance=remittance,
    ).encode()


STATUS_REPORT = """\
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10">
 <CstmrPmtStsRpt>
  <GrpHdr><MsgId>RPT{number}</MsgId><CreDtTm>2026-11-23T16:00:00Z</CreDtTm></GrpHdr>
  <OrgnlGrpInfAndSts><OrgnlMsgId>{original}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>
   <GrpSts>{group}</GrpSts>{reason}
  </OrgnlGrpInfAndSts>{payments}
 </CstmrPmtStsRpt>
</Document>
"""
_REASON = "<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>"
_REFUSED = "<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>RJCT</TxSts>{reason}</TxInfAndSts>"


def status_report(message_id, group="PART", reason="", refused=None):
    """Return a pain.002 about a file: its group status, and the payments refused as {end-to-end id: reason code}."""
    payments = "".join(
        _REFUSED.format(reference=reference, reason=_REASON.format(code=code))
        for reference, code in (refused or {}).items()
    )
    if payments:
        block = f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{message_id}-1</OrgnlPmtInfId>{payments}</OrgnlPmtInfAndSts>"
    return STATUS_REPORT.format(
        number=next(_numbers) if not payments else message_id[-8:],
        original=message_id,
        group=group,
        reason=_REASON.format(code=reason) if reason else "",
        payments=block if payments else "",
    ).encode()
