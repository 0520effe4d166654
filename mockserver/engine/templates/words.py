"""Words for templates: names, places, addresses. Every one is invented or common; mail goes to example domains."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

_FIRST_NAMES = (
    "Ada Amina Anders Anna Aroha Bilal Bruno Carla Chloe Daichi Daniel Elena Emeka Emil Farah Felix Freya Gabriel "
    "Grace Hana Hugo Ines Ivan Jana Jonas Julia Kai Karin Kofi Lara Leo Lina Luca Maja Malik Marta Mateo Mei Milan "
    "Nadia Noah Nora Olga Omar Oscar Paula Pedro Priya Rafael Rosa Samir Sara Sofia Tariq Thea Tomas Uma Vera Viktor "
    "Yara Yusuf Zoe"
).split()
_LAST_NAMES = (
    "Abe Adeyemi Almeida Andersen Baker Bauer Bianchi Brandt Castro Chen Cooper Costa Diaz Dubois Eriksen Farkas "
    "Fischer Fontaine Garcia Gruber Haddad Hansen Horvat Ibrahim Ito Jansen Kaya Keller Kim Kowalski Kumar Larsen "
    "Lindberg Lopez Marin Mensah Meyer Moreau Nakamura Nguyen Novak Okafor Olsen Park Patel Petrov Rahman Reyes Ricci "
    "Rossi Sato Schmid Silva Singh Svensson Tanaka Turner Vargas Walker Weber Wood Yilmaz Zhang"
).split()
_PREFIXES = ("Mr.", "Ms.", "Mrs.", "Miss", "Dr.")
_SUFFIXES = ("Jr.", "Sr.", "II", "III", "IV", "MD", "PhD", "DDS", "DVM")
_CITIES = (
    "Accra Amsterdam Athens Auckland Bergen Bogota Boston Brno Brussels Cairo Chennai Copenhagen Cork Dakar Denver "
    "Dublin Geneva Ghent Hamburg Hanoi Helsinki Istanbul Jakarta Kyoto Lagos Lima Lisbon Ljubljana London Lyon Madrid "
    "Melbourne Montreal Munich Nairobi Naples Osaka Oslo Paris Porto Prague Quito Reykjavik Riga Rome Seoul Seville "
    "Sofia Tallinn Toronto Tunis Turin Utrecht Vienna Vilnius Warsaw Zagreb Zurich"
).split()
_STREETS = (
    "Alder Ash Bakery Bell Birch Bridge Brook Canal Castle Cedar Chapel Church Elm Fern Field Forest Garden Granary "
    "Harbour Hazel Hill Holly Juniper King's Lake Lime Linden Maple Market Meadow Mill Oak Orchard Park Pine Poplar "
    "Quarry Queen's River Rose School Spring Station Tower Valley Water Weaver Willow Windmill"
).split()
_WAYS = ("Street", "Road", "Avenue", "Lane", "Way", "Court", "Place", "Square", "Row", "Drive")
_COUNTRIES = {
    "AR": "Argentina", "AT": "Austria", "AU": "Australia", "BD": "Bangladesh", "BE": "Belgium", "BR": "Brazil",
    "CA": "Canada", "CH": "Switzerland", "CL": "Chile", "CN": "China", "CO": "Colombia", "CZ": "Czechia",
    "DE": "Germany", "DK": "Denmark", "EE": "Estonia", "EG": "Egypt", "ES": "Spain", "FI": "Finland", "FR": "France",
    "GB": "United Kingdom", "GH": "Ghana", "GR": "Greece", "HR": "Croatia", "HU": "Hungary", "ID": "Indonesia",
    "IE": "Ireland", "IN": "India", "IS": "Iceland", "IT": "Italy", "JP": "Japan", "KE": "Kenya", "KR": "South Korea",
    "LT": "Lithuania", "LV": "Latvia", "MA": "Morocco", "MX": "Mexico", "NG": "Nigeria", "NL": "Netherlands",
    "NO": "Norway", "NZ": "New Zealand", "PE": "Peru", "PL": "Poland", "PT": "Portugal", "RO": "Romania",
    "SE": "Sweden", "SI": "Slovenia", "SK": "Slovakia", "SN": "Senegal", "TH": "Thailand", "TN": "Tunisia",
    "TR": "Turkey", "UA": "Ukraine", "US": "United States", "UY": "Uruguay", "VN": "Vietnam", "ZA": "South Africa",
}  # fmt: skip
_MAIL_DOMAINS = ("example.com", "example.net", "example.org")


def _full_name(random: Random) -> str:
    return f"{random.choice(_FIRST_NAMES)} {random.choice(_LAST_NAMES)}"


def _phone_number(random: Random) -> str:
    """Return ten digits of which the middle three are 555: such numbers are kept free for fiction."""
    return f"{random.randint(201, 989)}-555-{random.randint(0, 9999):04}"


def _street_name(random: Random) -> str:
    return f"{random.choice(_STREETS)} {random.choice(_WAYS)}"


def _street_address(random: Random) -> str:
    return f"{random.randint(1, 999)} {_street_name(random)}"


def _email(random: Random) -> str:
    first, last = random.choice(_FIRST_NAMES), random.choice(_LAST_NAMES)
    return f"{first}.{last}{random.randint(1, 99)}@{random.choice(_MAIL_DOMAINS)}".lower()


DRAWS: dict[str, Callable[[Random], str]] = {
    "first-name": lambda random: random.choice(_FIRST_NAMES),
    "last-name": lambda random: random.choice(_LAST_NAMES),
    "full-name": _full_name,
    "name-prefix": lambda random: random.choice(_PREFIXES),
    "name-suffix": lambda random: random.choice(_SUFFIXES),
    "phone-number": _phone_number,
    "city": lambda random: random.choice(_CITIES),
    "street-name": _street_name,
    "street-address": _street_address,
    "country": lambda random: random.choice(list(_COUNTRIES.values())),
    "country-code": lambda random: random.choice(list(_COUNTRIES)),
    "email": _email,
}
"""What draws a word of each kind."""
