"""A small text data set, made from sentence patterns: praise and complaint about what a shop sells."""

import itertools

LABELS = {0: "complaint", 1: "praise"}

THINGS = ["kettle", "lamp", "chair", "phone", "coat", "knife", "radio", "tent"]
GOOD = ["works well", "is lovely", "came early", "feels solid", "is great", "looks fine"]
BAD = ["is broken", "came late", "feels cheap", "stopped working", "is awful", "looks worn"]
PATTERNS = ["the {thing} {verdict}", "my {thing} {verdict} , and i will say so"]


def reviews() -> list[tuple[str, int]]:
    """All texts with their labels, in a fixed order."""
    return [text for pair in _pairs() for text in pair[1]]


def split() -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Texts to train with, and those that pair a thing with a verdict as none of the former does: a quarter."""
    pairs = list(_pairs())
    return (
        [text for number, texts in pairs if number % 4 for text in texts],
        [text for number, texts in pairs if number % 4 == 0 for text in texts],
    )


def _pairs():
    """Each pairing of a thing with a verdict: a number, and its labelled texts."""
    verdicts = [(verdict, label) for label, each in ((0, BAD), (1, GOOD)) for verdict in each]
    for (row, thing), (column, (verdict, label)) in itertools.product(enumerate(THINGS), enumerate(verdicts)):
        yield row + column, [(pattern.format(thing=thing, verdict=verdict), label) for pattern in PATTERNS]
