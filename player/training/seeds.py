"""Where chance comes from: of one seed, one for each epoch, step and purpose, so that any step can be done again."""

from __future__ import annotations

import hashlib


def derive(seed: int, *places: int | str) -> int:
    """A number below 2**63 that depends on all of these and nothing else: `derive(seed, "order", epoch)`."""
    told = "/".join(map(str, (seed, *places))).encode()
    return int.from_bytes(hashlib.blake2b(told, digest_size=8).digest(), "big") >> 1
