"""Sealing: RSA-OAEP-256 wraps each thing's own AES-256 key; docs/field-protocol.md has the format byte by byte."""

import os
import struct
from base64 import b64encode
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils.translation import gettext_lazy as _

from layers.errors import Refused

MAGIC = b"NTM1"
HEAD = struct.Struct(">4sB8sH")
NONCE, TAG = 12, 16
#: What sealing adds to a plain text, for an RSA key of 3072 bits.
OVERHEAD = HEAD.size + 384 + NONCE + TAG


class Kind(IntEnum):
    RECORD = 1
    ATTACHMENT = 2


def padding() -> OAEP:
    return OAEP(mgf=MGF1(SHA256()), algorithm=SHA256(), label=None)


def spki(key: RSAPublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def key_id(key: RSAPublicKey) -> bytes:
    return sha256(spki(key)).digest()[:8]


def described(key: RSAPublicKey) -> dict[str, str]:
    """Return the public key as a phone gets it."""
    return {"kid": key_id(key).hex(), "algorithm": "RSA-OAEP-256", "spki": b64encode(spki(key)).decode()}


def seal(plain: bytes, kind: Kind, key: RSAPublicKey) -> bytes:
    """Return what only the holder of the private key can open. No two results are alike."""
    secret, nonce = os.urandom(32), os.urandom(NONCE)
    wrapped = key.encrypt(secret, padding())
    head = HEAD.pack(MAGIC, kind, key_id(key), len(wrapped)) + wrapped
    return head + nonce + AESGCM(secret).encrypt(nonce, plain, head)


def unseal(sealed: bytes, kind: Kind, key: RSAPrivateKey) -> bytes:
    """Return the plain text. Raises Refused for what was not sealed to this key, is of another kind or was changed."""
    if len(sealed) < HEAD.size or sealed[:4] != MAGIC:
        raise Refused(_("This is no sealed record of the field app."))
    _magic, found, kid, length = HEAD.unpack_from(sealed)
    if kid != key_id(key.public_key()):
        raise Refused(_("This was sealed to the key of another server, or to one that is no longer in use."))
    begin = HEAD.size + length
    head, nonce, rest = sealed[:begin], sealed[begin : begin + NONCE], sealed[begin + NONCE :]
    try:
        secret = key.decrypt(head[HEAD.size :], padding())
        plain = AESGCM(secret).decrypt(nonce, rest, head)
    except (ValueError, InvalidTag) as error:
        raise Refused(_("The sealed record is damaged. Send it again.")) from error
    if found != kind:
        raise Refused(_("A photo was sent for a record, or a record for a photo."))
    return plain
