"""Prints tables as winget does: columns as wide as their widest cell, cut off where the console is narrow."""

import unicodedata
from collections.abc import Sequence

HEADERS: dict[str, tuple[str, ...]] = {
    "en-US": ("Name", "Id", "Version", "Available", "Source"),
    "de-DE": ("Name", "ID", "Version", "Verfügbar", "Quelle"),
    "ja-JP": ("名前", "ID", "バージョン", "利用可能", "ソース"),
    "ko-KR": ("이름", "장치 ID", "버전", "사용 가능", "원본"),
    "ru-RU": ("Имя", "ИД", "Версия", "Доступно", "Источник"),
    "zh-TW": ("名稱", "識別碼", "版本", "可用", "來源"),
}
"""Of microsoft/winget-cli, Localization/Resources; the whole set comes with the samples."""


def width(text: str) -> int:
    """Cells that a text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def cut(text: str, cells: int) -> str:
    """What is left of a cell's text in a column of so many cells."""
    if width(text) <= cells:
        return text
    kept = ""
    for char in text:
        if width(kept + char) > cells - 1:
            break
        kept += char
    return kept + "…"


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], console: int | None
) -> tuple[list[str], list[list[str]]]:
    """The lines of a table, and what its cells came to show."""
    shown = [index for index in range(len(header)) if any(row[index] for row in rows)]
    widths = {index: max(width(header[index]), *(width(row[index]) for row in rows)) for index in shown}
    while console is not None and sum(widths.values()) + len(widths) > console:
        widths[max(widths, key=lambda index: widths[index])] -= 1

    def line(cells: Sequence[str]) -> str:
        parts = []
        for index in shown:
            text = cut(cells[index], widths[index])
            parts.append(text + " " * (widths[index] - width(text)))
        return " ".join(parts).rstrip()

    cells = [
        [cut(row[index], widths[index]) if index in widths else "" for index in range(len(header))] for row in rows
    ]
    rule = "-" * (sum(widths.values()) + len(widths) - 1)
    return [line(header), rule, *map(line, rows)], cells
