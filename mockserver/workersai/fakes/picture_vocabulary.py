"""What may be in a picture: the classes of the two data sets that classifiers and detectors are trained on."""

from __future__ import annotations

from collections.abc import Mapping

DETECTED: tuple[str, ...] = tuple(
    """person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,parking meter,
    bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,tie,suitcase,frisbee,skis,
    snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,wine glass,cup,
    fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,
    potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,toaster,sink,
    refrigerator,book,clock,vase,scissors,teddy bear,hair drier,toothbrush""".replace("\n    ", "").split(",")
)
"""The 80 classes of COCO, as detectors word them."""

NO_THINGS: frozenset[str] = frozenset(
    """asleep awake sleeping sitting standing running walking lying flying swimming playing eating looking holding
    wearing riding jumping smiling hiding resting floating shining falling
    old new young big small large little tiny huge tall
    short long high low wide narrow dark bright light deep wet dry hot cold warm soft hard sharp fresh quiet calm empty
    full happy sad beautiful pretty cute photorealistic realistic detailed cinematic one two three four five six seven
    eight nine ten many several some few first second third left right near far behind between above below beside under
    over during style""".split()
)
"""What describes things in prompts and is none."""

CLASSIFIED: Mapping[str, tuple[str, ...]] = {
    "red": ("STRAWBERRY", "FIRE ENGINE", "RED WINE", "POMEGRANATE", "LADYBUG", "MAILBAG"),
    "orange": ("ORANGE", "RED FOX", "TIGER", "JACK-O'-LANTERN", "GOLDFISH", "TERRAPIN"),
    "yellow": ("LEMON", "BANANA", "SCHOOL BUS", "DAISY", "CORN", "HONEYCOMB"),
    "green": ("VALLEY", "BROCCOLI", "GREENHOUSE", "CUCUMBER", "TREE FROG", "GRANNY SMITH"),
    "teal": ("LAKESIDE", "PEACOCK", "CORAL REEF", "LOGGERHEAD", "SEA SNAKE", "WATER JUG"),
    "blue": ("SEASHORE", "AIRLINER", "SPEEDBOAT", "JEAN", "BALLOON", "FLAGPOLE"),
    "purple": ("CARDOON", "FEATHER BOA", "STAGE", "LYCAENID", "VELVET", "BALL GOWN"),
    "pink": ("FLAMINGO", "CONCH", "ICE CREAM", "TEDDY", "RUBBER ERASER", "BIB"),
    "brown": ("WARDROBE", "BROWN BEAR", "ESPRESSO", "VIOLIN", "PRETZEL", "BOOKCASE"),
    "beige": ("SANDBAR", "LABRADOR RETRIEVER", "EGYPTIAN CAT", "BAGEL", "MONASTERY", "BURRITO"),
    "white": ("ENVELOPE", "WEB SITE", "ARCTIC FOX", "TOILET TISSUE", "PAPER TOWEL", "ALP"),
    "grey": ("TABBY", "WEIMARANER", "AFRICAN ELEPHANT", "STONE WALL", "SCREEN", "VIADUCT"),
    "black": ("SPOTLIGHT", "MONITOR", "BLACK GROUSE", "LOUDSPEAKER", "NOTEBOOK", "TORCH"),
}
"""Some classes of ImageNet, as classifiers word them, by a colour that goes well with them."""
