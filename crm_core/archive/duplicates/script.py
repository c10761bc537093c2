"""Traditional characters made simplified ones, character by character: for matching only."""

from __future__ import annotations

from functools import cache

from opencc import OpenCC

_HAN = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00))


def simplified(text: str) -> str:
    """The text with simplified characters, as long as it was."""
    return text if text.isascii() else text.translate(_table())


@cache
def _table() -> dict[int, str]:
    converter = OpenCC("t2s")
    characters = [chr(code) for codes in _HAN for code in codes]
    converted = converter.convert("\n".join(characters)).split("\n")
    pairs = zip(characters, converted, strict=True)
    return {ord(old): new for old, new in pairs if old != new and len(new) == 1}
