"""
Country names as sanctions publishers write them, as ISO 3166-1 alpha-2 codes.

Publishers use their own English names ("Korea, North", "Burma"). A name that is not in the table gives no code, so
that a country never counts against anyone because of its spelling.
"""

_NAMES = """
AF Afghanistan|AL Albania|DZ Algeria|AD Andorra|AO Angola|AG Antigua and Barbuda|AR Argentina|AM Armenia|AW Aruba
AU Australia|AT Austria|AZ Azerbaijan|BS Bahamas, The|BS Bahamas|BH Bahrain|BD Bangladesh|BB Barbados|BY Belarus
BE Belgium|BZ Belize|BJ Benin|BM Bermuda|BT Bhutan|BO Bolivia|BA Bosnia and Herzegovina|BW Botswana|BR Brazil
BN Brunei|BG Bulgaria|BF Burkina Faso|MM Burma|MM Myanmar|BI Burundi|CV Cabo Verde|CV Cape Verde|KH Cambodia
CM Cameroon|CA Canada|KY Cayman Islands|CF Central African Republic|TD Chad|CL Chile|CN China|CO Colombia|KM Comoros
CD Congo, Democratic Republic of the|CD Democratic Republic of the Congo|CG Congo, Republic of the
CG Republic of the Congo|CR Costa Rica|CI Cote d Ivoire|CI Cote d'Ivoire|HR Croatia|CU Cuba|CW Curacao|CY Cyprus
CZ Czech Republic|CZ Czechia|DK Denmark|DJ Djibouti|DM Dominica|DO Dominican Republic|EC Ecuador|EG Egypt
SV El Salvador|GQ Equatorial Guinea|ER Eritrea|EE Estonia|SZ Eswatini|SZ Swaziland|ET Ethiopia|FJ Fiji|FI Finland
FR France|GA Gabon|GM The Gambia|GM Gambia|GE Georgia|DE Germany|GH Ghana|GI Gibraltar|GR Greece|GD Grenada
GT Guatemala|GG Guernsey|GN Guinea|GW Guinea-Bissau|GY Guyana|HT Haiti|HN Honduras|HK Hong Kong|HU Hungary|IS Iceland
IN India|ID Indonesia|IR Iran|IQ Iraq|IE Ireland|IM Isle of Man|IL Israel|IT Italy|CI Ivory Coast|JM Jamaica|JP Japan
JE Jersey|JO Jordan|KZ Kazakhstan|KE Kenya|KI Kiribati|KP Korea, North|KP North Korea
KP Democratic People's Republic of Korea|KR Korea, South|KR South Korea|KR Republic of Korea|XK Kosovo|KW Kuwait
KG Kyrgyzstan|LA Laos|LV Latvia|LB Lebanon|LS Lesotho|LR Liberia|LY Libya|LI Liechtenstein|LT Lithuania|LU Luxembourg
MO Macau|MK Macedonia, The Former Yugoslav Republic of|MK North Macedonia, The Republic of|MK North Macedonia
MG Madagascar|MW Malawi|MY Malaysia|MV Maldives|ML Mali|MT Malta|MH Marshall Islands|MR Mauritania|MU Mauritius
MX Mexico|MD Moldova|MC Monaco|MN Mongolia|ME Montenegro|MA Morocco|MZ Mozambique|NA Namibia|NP Nepal|NL Netherlands
NZ New Zealand|NI Nicaragua|NE Niger|NG Nigeria|NO Norway|OM Oman|PK Pakistan|PW Palau|PS Palestinian|PS Region: Gaza
PS West Bank|PA Panama|PG Papua New Guinea|PY Paraguay|PE Peru|PH Philippines|PL Poland|PT Portugal|PR Puerto Rico
QA Qatar|RO Romania|RU Russia|RU Russian Federation|RW Rwanda|KN Saint Kitts and Nevis|LC Saint Lucia
VC Saint Vincent and the Grenadines|WS Samoa|SM San Marino|ST Sao Tome and Principe|SA Saudi Arabia|SN Senegal
RS Serbia|SC Seychelles|SL Sierra Leone|SG Singapore|SK Slovakia|SI Slovenia|SB Solomon Islands|SO Somalia
ZA South Africa|SS South Sudan|ES Spain|LK Sri Lanka|SD Sudan|SR Suriname|SE Sweden|CH Switzerland|SY Syria|TW Taiwan
TJ Tajikistan|TZ Tanzania|TH Thailand|TL Timor-Leste|TG Togo|TO Tonga|TT Trinidad and Tobago|TN Tunisia|TR Turkey
TR Turkiye|TM Turkmenistan|TV Tuvalu|UG Uganda|UA Ukraine|UA Region: Crimea|AE United Arab Emirates|GB United Kingdom
US United States|UY Uruguay|UZ Uzbekistan|VU Vanuatu|VA Vatican City|VE Venezuela|VN Vietnam
VG Virgin Islands, British|VI Virgin Islands, U.S.|YE Yemen|ZM Zambia|ZW Zimbabwe
"""

CODES = {
    name.casefold(): code
    for code, _, name in (item.partition(" ") for line in _NAMES.strip().splitlines() for item in line.split("|"))
}


def country_code(name: str | None) -> str | None:
    """Return the ISO code of a country as a publisher names it, or None."""
    return CODES.get((name or "").strip().casefold())
