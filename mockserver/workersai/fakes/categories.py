"""What people sort texts into, and the words that tell; things that people ask to have listed. Data, no more."""

from __future__ import annotations

from collections.abc import Mapping

_SIGNS = {
    "spam junk phishing scam": """win winner won prize free click offer cash lottery claim congratulations viagra
        bitcoin crypto guaranteed million deal buy cheap subscribe unsubscribe limited selected exclusive casino loan
        inheritance $$$ reward gift investment password verify""",
    "toxic hateful hate offensive abusive insult insulting harassment rude unsafe harmful": """idiot idiots stupid
        moron hate kill die shut ugly loser trash dumb scum disgusting worthless pathetic fool bomb weapon attack""",
    "urgent critical emergency high priority": """urgent urgently immediately asap emergency critical outage down
        now crashed deadline help fire broken losing blocked production""",
    "question inquiry": "who what when where why how which whose can could would is are do does did will should ?",
    "complaint dissatisfied": """disappointed unacceptable terrible worst awful broken late rude refund angry never
        waited waiting horrible poor complaint damaged unhappy still""",
    "praise compliment appreciation": """thank thanks great excellent love wonderful amazing fantastic awesome best
        perfect helpful brilliant appreciate""",
    "request command": "please could would need want send give help make show can",
    "greeting hello": "hello hi hey morning evening afternoon greetings welcome",
    "goodbye farewell": "bye goodbye farewell later tomorrow night",
    "bug defect issue error": """bug crash crashes crashed error broken fails failed freezes exception stopped wrong
        white blank doesn't won't can't stuck 500 404""",
    "feature enhancement suggestion": "add support could feature wish would nice option allow please mode dark export",
    "billing payment invoice": """charged charge invoice bill billing payment paid pay refund card credit price
        twice subscription fee receipt money""",
    "refund return": "refund return money back returned exchange",
    "technical tech support": """error crash install login password website app server bug screen computer internet
        connect connection update loading software""",
    "account login access": "account login password sign username email profile reset locked log",
    "shipping delivery order": """package parcel delivery deliver delivered shipping shipped arrive arrived order
        ordered courier tracking late address""",
    "sales pricing": "price quote demo buy purchase plan enterprise discount trial cost",
    "sports sport": """game team match player players goal goals score scored won win championship league coach
        football soccer basketball tennis season olympic cup final beat race""",
    "politics political government": """president election vote voters senate parliament minister government party
        law policy congress campaign political council treaty mayor""",
    "technology tech computing": """software computer phone app ai chip internet device apple google microsoft
        startup code robot data smartphone processor laptop iphone cloud model""",
    "business finance economy financial": """market stock stocks shares company profit revenue bank economy
        investors billion trade merger price sales quarter earnings inflation""",
    "science research": """scientists researchers study discovered planet physics biology space telescope experiment
        species atoms cell cells dna theory nasa""",
    "health medicine medical": """doctor doctors patients patient hospital disease vaccine virus health medical
        treatment drug cancer symptoms flu fever pain""",
    "entertainment culture movies music": """film movie actor actress music album singer song concert series
        director festival band celebrity hollywood""",
    "travel tourism": "flight hotel trip travel tourist airport beach vacation holiday train booking luggage",
    "food cooking restaurant": """eat restaurant recipe cook cooking delicious pizza meal dinner lunch breakfast
        soup taste bread cheese chef""",
    "weather climate": "rain sunny snow storm temperature wind cloudy forecast degrees weather warm cold hot",
    "education school": "school student students teacher university class exam lesson learn course homework",
    "joy joyful happy happiness": """happy joy glad love great wonderful delighted excited smile laughing fun best
        thrilled birthday yay celebrate""",
    "sad sadness sorrow grief": """sad cry crying lost miss alone lonely tears died death unhappy depressed
        heartbroken grief""",
    "angry anger annoyed rage": "angry furious mad hate annoyed outraged rage unacceptable irritated fed shouting",
    "fear afraid scared anxious": "afraid scared fear terrified nervous worried anxious frightened dark panic",
    "surprise surprised": "surprised wow unexpected suddenly shocked unbelievable astonished believe",
    "love affection": "love darling dear adore kiss heart hug",
    "disgust disgusted": "disgusting gross nasty revolting sick filthy vomit",
    "opinion subjective": "think believe feel best worst should opinion beautiful ugly better seems probably",
    "fact factual objective": "is are was born located consists contains degrees percent founded capital boils",
    "formal": "dear sincerely regards hereby sir madam pursuant kindly furthermore",
    "informal casual": "hey yo gonna wanna lol haha dude cool btw yeah",
}
_THINGS = {
    "colors colours color colour": "red blue green yellow orange purple black white pink brown grey turquoise",
    "primary_colors primary_colours": "red yellow blue",
    "fruits fruit": "apple banana orange pear grape strawberry mango cherry peach lemon kiwi pineapple",
    "vegetables vegetable": "carrot potato tomato onion spinach broccoli cucumber pepper cabbage pea bean leek",
    "animals animal mammals mammal": "dog cat horse elephant lion cow mouse tiger bear rabbit fox wolf",
    "pets pet": "dog cat rabbit hamster goldfish parrot",
    "birds bird": "sparrow eagle robin owl parrot penguin swan crow duck pigeon",
    "planets planet": "Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune",
    "seasons season": "spring summer autumn winter",
    "weekdays": "Monday Tuesday Wednesday Thursday Friday",
    "days": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "months month": "January February March April May June July August September October November December",
    "continents continent": "Africa Antarctica Asia Australia Europe North_America South_America",
    "oceans ocean": "Pacific Atlantic Indian Southern Arctic",
    "countries country": "France Germany Japan Brazil Canada India Kenya Italy Mexico Australia Spain Egypt",
    "cities city capitals": "Paris London Tokyo Berlin Madrid Rome Cairo Ottawa Lima Oslo Vienna Nairobi",
    "rivers river": "Nile Amazon Danube Rhine Ganges Mississippi Thames Volga",
    "languages language": """English Spanish French German Chinese Arabic Portuguese Russian Japanese Italian Hindi
        Dutch""",
    "programming_languages": "Python JavaScript Java C Rust Go TypeScript Ruby Kotlin Swift PHP SQL",
    "sports sport": "football tennis swimming basketball cycling running hockey rugby volleyball skiing",
    "instruments instrument": "piano guitar violin flute drums trumpet cello harp clarinet saxophone",
    "vowels": "a e i o u",
    "shapes shape": "circle square triangle rectangle oval pentagon hexagon star",
    "senses": "sight hearing smell taste touch",
}


def _by_name(listed: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the words of each name; a low line stands for a space within a name or a word."""
    found: dict[str, tuple[str, ...]] = {}
    for names, words in listed.items():
        for name in names.split():
            found.setdefault(name.replace("_", " "), tuple(word.replace("_", " ") for word in words.split()))
    return found


SIGNS: Mapping[str, frozenset[str]] = {name: frozenset(words) for name, words in _by_name(_SIGNS).items()}
"""Words, in lower case, that tell that a text is of a kind; several kinds have the same."""
THINGS: Mapping[str, tuple[str, ...]] = _by_name(_THINGS)
"""Things of a kind in the order in which they are listed."""
WITHOUT: Mapping[str, str] = {
    "ham": "spam", "legitimate": "spam", "legit": "spam", "genuine": "spam", "safe": "unsafe", "clean": "toxic",
    "low": "urgent", "routine": "urgent", "ok": "error", "statement": "question",
}  # fmt: skip
"""Kinds that are there where another is not."""
EMOTIONS = ("joy", "sadness", "anger", "fear", "surprise", "love")
