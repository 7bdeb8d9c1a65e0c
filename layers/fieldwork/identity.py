"""Identity numbers: only a keyed hash and the last four digits are ever kept."""

import hmac
from dataclasses import dataclass

from .keys import identity_key

#: Nine digits of the old identity card (CMND), twelve of the citizen's card (CCCD).
LENGTHS = (9, 12)


@dataclass(frozen=True)
class Identity:
    hmac: str
    last4: str


def identity(digits: str) -> Identity:
    """Return what is kept of a number, "" of none. The same number always gives the same."""
    if not digits:
        return Identity("", "")
    return Identity(hmac.new(identity_key(), digits.encode(), "sha256").hexdigest(), digits[-4:])
