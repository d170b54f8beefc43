"""Debian's order of versions, as deb-version(7) describes it. Any text is ordered; nothing raises."""

import re
from functools import cmp_to_key
from itertools import zip_longest

_RUNS = re.compile(r"(\D*)(\d*)")


def compare(left: str, right: str) -> int:
    """Below 0 where `left` is older than `right`, above 0 where it is newer, 0 where dpkg calls them equal."""
    left_epoch, left_upstream, left_revision = _parts(left)
    right_epoch, right_upstream, right_revision = _parts(right)
    if left_epoch != right_epoch:
        return left_epoch - right_epoch
    return _compare_runs(left_upstream, right_upstream) or _compare_runs(left_revision, right_revision)


sort_key = cmp_to_key(compare)
"""For `sorted` and `max`."""


def _parts(version: str) -> tuple[int, str, str]:
    epoch, colon, rest = version.strip().partition(":")
    if not colon or not (epoch.isascii() and epoch.isdigit() and len(epoch) < 12):
        epoch, rest = "0", version.strip()
    upstream, _, revision = rest.rpartition("-") if "-" in rest else (rest, "", "")
    return int(epoch), upstream, revision


def _compare_runs(left: str, right: str) -> int:
    """Words and numbers by turns: words by their characters, numbers by their value."""
    for one, other in zip_longest(_RUNS.findall(left), _RUNS.findall(right), fillvalue=("", "")):
        by_word = _compare_words(one[0], other[0])
        if by_word:
            return by_word
        # Numbers may be of any length: the longer one is larger, once its zeros are gone.
        mine, theirs = one[1].lstrip("0"), other[1].lstrip("0")
        if len(mine) != len(theirs):
            return len(mine) - len(theirs)
        if mine != theirs:
            return -1 if mine < theirs else 1
    return 0


def _compare_words(left: str, right: str) -> int:
    for one, other in zip_longest(left, right, fillvalue=""):
        difference = _weight(one) - _weight(other)
        if difference:
            return difference
    return 0


def _weight(char: str) -> int:
    """A tilde comes before the end of a word, letters before everything else."""
    if char in {"~", ""}:
        return -1 if char else 0
    return ord(char) if char.isascii() and char.isalpha() else ord(char) + 256
