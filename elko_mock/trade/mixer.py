"""Seeded chance without state: the same numbers from the same keys on every machine and every Python."""

import zlib

_MASK = (1 << 64) - 1


def mix(key: int, index: int = 0) -> int:
    """64 well-spread bits from two integers: one splitmix64 step (Steele, Lea, Flood 2014)."""
    bits = (key * 0x9E3779B97F4A7C15 + index * 0xD1B54A32D192ED03 + 0x2545F4914F6CDD1D) & _MASK
    bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & _MASK
    return bits ^ (bits >> 31)


def word_key(word: str) -> int:
    """A key for a word."""
    return zlib.crc32(word.encode())
