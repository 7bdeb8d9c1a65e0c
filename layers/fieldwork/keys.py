"""The server's secrets for field work: files of mode 600 outside the database, made at first run."""

import contextlib
import os
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

RSA_BITS = 3072


def private_key() -> RSAPrivateKey:
    """Return the key that opens what phones sealed."""
    return _private_key(settings.FIELD_KEYS)


def identity_key() -> bytes:
    """Return the key under which identity numbers are hashed. Losing it makes them strangers to each other."""
    return _secret(settings.FIELD_KEYS / "identity.key", lambda: secrets.token_bytes(32))


@lru_cache(maxsize=4)
def _private_key(folder: Path) -> RSAPrivateKey:
    found = load_pem_private_key(_secret(folder / "sealing.pem", _new_pem), None)
    if not isinstance(found, RSAPrivateKey):
        raise TypeError(f"{folder / 'sealing.pem'} holds no RSA key")
    return found


def _new_pem() -> bytes:
    made = generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _secret(path: Path, make: Callable[[], bytes]) -> bytes:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Written whole before it gets its name, and only the first of several processes names its own.
        with NamedTemporaryFile(dir=path.parent) as draft:  # made with mode 600
            draft.write(make())
            draft.flush()
            os.fsync(draft.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_bytes()
