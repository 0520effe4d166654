"""Names of places and currencies that texts mention. Data, no more."""

from __future__ import annotations

from collections.abc import Mapping

COUNTRIES = frozenset(
    name.replace("_", " ")
    for name in """Afghanistan Albania Algeria Argentina Australia Austria Bangladesh Belarus Belgium
        Bolivia Brazil Bulgaria Cambodia Cameroon Canada Chile China Colombia Costa_Rica Croatia Cuba Cyprus
        Czechia Denmark Ecuador Egypt England Estonia Ethiopia Finland France Georgia Germany Ghana
        Great_Britain Greece Guatemala Hungary Iceland India Indonesia Iran Iraq Ireland Israel Italy
        Jamaica Japan Jordan Kazakhstan Kenya Kuwait Latvia Lebanon Libya Lithuania Luxembourg Malaysia
        Malta Mexico Moldova Mongolia Morocco Mozambique Nepal Netherlands New_Zealand Nicaragua Nigeria
        North_Korea Norway Oman Pakistan Panama Paraguay Peru Philippines Poland Portugal Qatar Romania
        Russia Rwanda Saudi_Arabia Scotland Senegal Serbia Singapore Slovakia Slovenia Somalia South_Africa
        South_Korea Spain Sri_Lanka Sudan Sweden Switzerland Syria Taiwan Tanzania Thailand Tunisia Turkey
        UAE UK USA Uganda Ukraine United_Kingdom United_States Uruguay Uzbekistan Venezuela Vietnam Wales
        Yemen Zambia Zimbabwe""".split()
)
CITIES = frozenset(
    name.replace("_", " ")
    for name in """Abuja Accra Amsterdam Ankara Athens Atlanta Auckland Austin Baghdad Bangkok Barcelona
        Basel Beijing Beirut Belgrade Berlin Bern Birmingham Bogota Bologna Bordeaux Boston Bratislava
        Bremen Brisbane Bristol Brussels Bucharest Budapest Buenos_Aires Cairo Calgary Cape_Town Caracas
        Casablanca Chennai Chicago Cologne Copenhagen Dallas Delhi Denver Detroit Dhaka Dresden Dubai Dublin
        Düsseldorf Edinburgh Florence Frankfurt Geneva Genoa Glasgow Hamburg Hanoi Havana Helsinki Hong_Kong
        Honolulu Houston Istanbul Jakarta Jerusalem Johannesburg Karachi Krakow Kyiv Kyoto Lagos Lahore
        Leeds Leipzig Lima Lisbon Liverpool Ljubljana London Los_Angeles Lyon Madrid Malaga Manchester
        Manila Marseille Melbourne Mexico_City Miami Milan Minneapolis Minsk Montreal Moscow Mumbai Munich
        Nairobi Nantes Naples New_Orleans New_York Nice Osaka Oslo Ottawa Oxford Palermo Paris Perth
        Philadelphia Phoenix Portland Porto Prague Pune Quito Riga Rome Rotterdam Salzburg San_Diego
        San_Francisco Santiago São_Paulo Sapporo Seattle Seoul Seville Shanghai Singapore Sofia Stockholm
        Stuttgart Sydney Taipei Tallinn Tehran Tokyo Toronto Toulouse Turin Utrecht Valencia Vancouver
        Venice Vienna Vilnius Warsaw Washington Zagreb Zurich Zürich""".split()
)
CURRENCIES: Mapping[str, str] = {
    "€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "zł": "PLN",
    "euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD", "bucks": "USD", "pound": "GBP", "pounds": "GBP",
    "sterling": "GBP", "yen": "JPY", "yuan": "CNY", "rupee": "INR", "rupees": "INR", "francs": "CHF", "zloty": "PLN",
    "kronor": "SEK", "pesos": "MXN", "reais": "BRL", "rubles": "RUB",
}  # fmt: skip
"""How texts write currencies beside their codes."""
CODES = frozenset(
    """EUR USD GBP JPY CHF CAD AUD NZD CNY INR BRL MXN SEK NOK DKK PLN CZK HUF TRY ZAR KRW SGD HKD RUB ILS
        AED SAR THB IDR PHP RON BGN""".split()
)
