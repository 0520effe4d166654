"""What the capital of a country is: the question that everybody tries first."""

from __future__ import annotations

import re

_ASKED = re.compile(
    r"(?:can\s+you\s+)?(?:tell\s+me\s+|name\s+|do\s+you\s+know\s+)?(?:what(?:\s+is|'s|’s)|which\s+city\s+is)?\s*(?:the\s+)?"
    r"capital(?:\s+city)?\s+of\s+(?P<article>the\s+)?(?P<country>[A-Za-z][A-Za-z .'-]{2,40}?)\s*[?.!]*",
    re.IGNORECASE,
)
_BRIEF = re.compile(
    r"(?P<question>.+?[?.!,:])\s*(?:just\s+)?(?:please\s+)?(?:answer|reply|respond)\b[^?]*\b(?:one|single|only|just)\b[^?]*",
    re.IGNORECASE | re.DOTALL,
)
_CAPITALS = dict(
    pair.replace("_", " ").split("=")
    for pair in """Afghanistan=Kabul Albania=Tirana Algeria=Algiers Argentina=Buenos_Aires Armenia=Yerevan
        Australia=Canberra Austria=Vienna Azerbaijan=Baku Bangladesh=Dhaka Belarus=Minsk Belgium=Brussels
        Bolivia=Sucre Bosnia_and_Herzegovina=Sarajevo Brazil=Brasília Bulgaria=Sofia Cambodia=Phnom_Penh
        Cameroon=Yaoundé Canada=Ottawa Chile=Santiago China=Beijing Colombia=Bogotá Costa_Rica=San_José Croatia=Zagreb
        Cuba=Havana Cyprus=Nicosia Czechia=Prague Czech_Republic=Prague Denmark=Copenhagen Ecuador=Quito Egypt=Cairo
        England=London Estonia=Tallinn Ethiopia=Addis_Ababa Finland=Helsinki France=Paris Georgia=Tbilisi
        Germany=Berlin Ghana=Accra Greece=Athens Guatemala=Guatemala_City Hungary=Budapest Iceland=Reykjavík
        India=New_Delhi Indonesia=Jakarta Iran=Tehran Iraq=Baghdad Ireland=Dublin Israel=Jerusalem Italy=Rome
        Jamaica=Kingston Japan=Tokyo Jordan=Amman Kazakhstan=Astana Kenya=Nairobi Kuwait=Kuwait_City Latvia=Riga
        Lebanon=Beirut Libya=Tripoli Lithuania=Vilnius Luxembourg=Luxembourg Malaysia=Kuala_Lumpur Malta=Valletta
        Mexico=Mexico_City Moldova=Chișinău Mongolia=Ulaanbaatar Morocco=Rabat Mozambique=Maputo Nepal=Kathmandu
        Netherlands=Amsterdam New_Zealand=Wellington Nicaragua=Managua Nigeria=Abuja North_Korea=Pyongyang Norway=Oslo
        Oman=Muscat Pakistan=Islamabad Panama=Panama_City Paraguay=Asunción Peru=Lima Philippines=Manila Poland=Warsaw
        Portugal=Lisbon Qatar=Doha Romania=Bucharest Russia=Moscow Rwanda=Kigali Saudi_Arabia=Riyadh
        Scotland=Edinburgh Senegal=Dakar Serbia=Belgrade Singapore=Singapore Slovakia=Bratislava Slovenia=Ljubljana
        Somalia=Mogadishu South_Africa=Pretoria South_Korea=Seoul Spain=Madrid Sudan=Khartoum Sweden=Stockholm
        Switzerland=Bern Syria=Damascus Taiwan=Taipei Tanzania=Dodoma Thailand=Bangkok Tunisia=Tunis Turkey=Ankara
        Uganda=Kampala Ukraine=Kyiv United_Arab_Emirates=Abu_Dhabi UAE=Abu_Dhabi UK=London United_Kingdom=London
        USA=Washington,_D.C. US=Washington,_D.C. United_States=Washington,_D.C. Uruguay=Montevideo Uzbekistan=Tashkent
        Venezuela=Caracas Vietnam=Hanoi Wales=Cardiff Yemen=Sanaa Zambia=Lusaka Zimbabwe=Harare""".split()
)
_COUNTRIES = {country.lower(): country for country in _CAPITALS}


def asked(said: str) -> str | None:
    """Return the capital that a prompt asks for, in a sentence or, where it wants no more, alone; None for any other.

    >>> asked("What is the capital of France?"), asked("Capital of Peru? Answer with one word."), asked("Of capitals")
    ('The capital of France is Paris.', 'Lima', None)
    """
    brief = _BRIEF.fullmatch(said)
    found = _ASKED.fullmatch(brief["question"] if brief else said)
    country = _COUNTRIES.get(" ".join(found["country"].split()).lower()) if found else None
    if found is None or country is None:
        return None
    capital = _CAPITALS[country]
    if brief:
        return capital
    return f"The capital of {(found['article'] or '').lower()}{country} is {capital.removesuffix('.')}."
