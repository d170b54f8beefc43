"""How likely a line is text of a language: what decides between two code pages that both give letters.

A code page belongs to languages. Letters of one of them speak for it, all other characters beyond ASCII against it, and
so do things that nobody writes: capitals within a word, symbols within a word, two scripts in a word. Quotation marks
that stand in pairs around words speak for it as letters do: they may be all that a line has beyond ASCII.
"""

import re
import unicodedata
from functools import cache

_LETTER = 2
_STRANGE = -2
_COMMON = 1
_MISPLACED = -3
_BROKEN = -4
_PAIR = 5
_DRAWING = 3

_CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîșțşţ", "çë", "äöüß")
_WESTERN = (
    "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúü¿¡", "àèéìíîòóù", "áâãàçéêíóôõúü", "åäö", "åæø", "áéëïóöü", "áæéíðóþúýö",
)  # fmt: skip
_CYRILLIC = (
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    "абвгдђежзијклљмнњопрстћуфхцчџш", "абвгдѓежзѕијклљмнњопрстќуфхцчџш",
)  # fmt: skip
_GREEK = ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",)
_TURKISH = ("çğıiöşüİ", "âçğıiîöşüûİ")
_BALTIC = ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž")
_HEBREW = ("אבגדהוזחטיךכלםמןנסעףפץצקרשת",)
_ARABIC = ("ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأإؤئپچژگ",)
_VIETNAMESE = ("àáâãèéêìíòóôõùúýăđĩũơư",)
_LANGUAGES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("cp1250", "cp852"), _CENTRAL),
    **dict.fromkeys(("cp1251", "cp866", "cp855"), _CYRILLIC),
    **dict.fromkeys(("cp1252", "cp850", "cp437", "cp858", "cp860", "cp861", "cp863", "cp865"), _WESTERN),
    **dict.fromkeys(("cp1253", "cp737", "cp869"), _GREEK),
    **dict.fromkeys(("cp1254", "cp857"), _TURKISH),
    **dict.fromkeys(("cp1255", "cp862"), _HEBREW),
    **dict.fromkeys(("cp1256", "cp720", "cp864"), _ARABIC),
    **dict.fromkeys(("cp1257", "cp775"), _BALTIC),
    "cp1258": _VIETNAMESE,
}
_FREQUENT = frozenset("оеаинтсрвлαοιετνσηρπאוילהמרתנاليمنوره")
"""In scripts that are not Latin two code pages give letters for the same bytes: text has many of these."""
_PAIRS = re.compile(
    r"(?<!\w)(?:„[^„”“\n]{1,200}[”“]|“[^“”\n]{1,200}”|‘[^‘’\n]{1,200}’|‚[^‚‘’\n]{1,200}[‘’]|«[^«»\n]{1,200}»|"
    r"»[^«»\n]{1,200}«|‹[^‹›\n]{1,200}›)(?!\w)"
)
_DRAWN = re.compile(
    r"(?:^|(?<=\s))(?:[│├└┌╠╚╔║]?(?:─{2,}|═{2,})[┤┘┐╣╝╗┬┴┼╦╩╬─═]*|[│║])(?=\s|$|(?<=[─═])\w)", re.MULTILINE
)
"""Trees, boxes and tables that console programs draw; single lines stand alone, or they are letters."""
_PUNCTUATION = frozenset("–—…’•·§°©®™€£«»„”“‚‘ «»№±×½¼¾²³µ\xa0")
"""What text may have of itself: no sign for or against."""


def plausibility(text: str, page: str) -> int:
    """The higher, the likelier it is that a line that was decoded with this code page was written in it."""
    alphabets = _alphabets(page)
    drawn = sum(len(match[0].strip()) for match in _DRAWN.finditer(text))
    text = _DRAWN.sub(" ", text) if drawn else text
    others = [char for char in text if not char.isascii()]
    if not others and not drawn:
        return 0
    # The first language of a page is the likeliest where a line has too few letters to tell.
    score = max(_letters(others, alphabet) + (place == 0) for place, alphabet in enumerate(alphabets))
    return score + _DRAWING * drawn + _PAIR * len(_PAIRS.findall(text)) + _shape(text)


@cache
def _alphabets(page: str) -> tuple[frozenset[str], ...]:
    languages = _LANGUAGES.get(page, (*_CENTRAL, *_WESTERN, *_CYRILLIC[:2], *_GREEK, *_TURKISH))
    return tuple(frozenset(letters + letters.upper()) for letters in languages)


def _letters(others: list[str], alphabet: frozenset[str]) -> int:
    score = 0
    for char in others:
        if char in alphabet:
            score += _LETTER + (_COMMON if char.lower() in _FREQUENT else 0)
        elif char == "\ufffd":
            score += _BROKEN
        elif char not in _PUNCTUATION:
            score += _STRANGE
    return score


def _shape(text: str) -> int:
    """What is against the way in which words are written."""
    score = 0
    before = " "
    for index, char in enumerate(text):
        if not (char.isascii() and before.isascii()):
            after = text[index + 1 : index + 2]
            between_digits = char.isalpha() and before.isdigit() and after.isdigit()
            two_scripts = char.isalpha() and before.isalpha() and _script(char) != _script(before)
            if (char.isupper() and before.islower()) or two_scripts or between_digits:
                score += _MISPLACED
            elif not char.isascii() and not char.isalpha() and before.isalpha() and after.isalpha() and char != "’":
                # A mark within a word; an apostrophe may stand there.
                score += _MISPLACED
        before = char
    return score


@cache
def _script(char: str) -> str:
    return unicodedata.name(char, "LATIN").partition(" ")[0]
