"""What people copy from a block explorer: addresses, wallets, transaction hashes. None of it is a secret.

A long word of letters and digits could be a key of an exchange as well. Most chains write a checksum into
their addresses, which a key has by chance once in thousands of millions: that is looked at rather than the
first letters alone.
"""

import base64
import binascii
import hashlib
import re

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
"""The same letters in the order of the XRP ledger."""
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_ENDS = (1, 0x2BC830A3)
"""What the checksum of Bech32 and of Bech32m comes to."""
_LONGEST = 128
"""Characters of the longest word that is looked at: no address is longer, and the sums grow with it."""
_ADDRESS_BYTES = frozenset({25, 26, 27})
"""Prefix, 20 bytes and checksum, as on Bitcoin, Litecoin, Dogecoin, TRON, XRP, Zcash and Tezos."""
_SOLANA_BYTES = frozenset({32, 64})
"""An account, and the signature that names a transaction."""
_SUBSTRATE_BYTES = frozenset({35, 36})

_HEX = re.compile(r"0[xX][0-9a-fA-F]{8,}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56,}")
"""Ethereum and its kin, Aptos and Sui; Bitcoin's transactions; policies of Cardano."""
_OTHERS = re.compile(
    r"[A-Z2-7]{58}"  # Algorand
    r"|G[A-Z2-7]{55}"  # Stellar: an account; what begins with S there is a secret
    r"|S[PM][0-9A-HJKMNP-TV-Z]{38,40}"  # Stacks
    r"|[ft][1-4][a-z2-7]{39,84}"  # Filecoin
    r"|[qp][02-9ac-hj-np-z]{41}|[qp][02-9ac-hj-np-z]{60,62}"  # Bitcoin Cash and Kaspa, after their prefix
    r"|[48][1-9A-HJ-NP-Za-km-z]{94}(?:[1-9A-HJ-NP-Za-km-z]{11})?"  # Monero
    r"|[xyz]pub[1-9A-HJ-NP-Za-km-z]{100,110}"  # what watches a wallet and cannot spend
)


def public(word: str) -> bool:
    """Whether this word, without anything around it, is an address, a wallet or the hash of a transaction.

    64 hexadecimal digits count as a hash: they look the same as some exchanges' secrets do.
    """
    if len(word) > _LONGEST:
        return bool(_HEX.fullmatch(word))
    if _HEX.fullmatch(word) or _OTHERS.fullmatch(word):
        return True
    return _is_ton(word) or _is_bech32(word) or _is_base58(word)


def _is_ton(word: str) -> bool:
    """A friendly address of TON: 36 bytes in base64url, the last two of them a CRC-16."""
    if len(word) != 48:
        return False
    try:
        data = base64.b64decode(word.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return False
    return binascii.crc_hqx(data[:34], 0) == int.from_bytes(data[34:])


def _is_bech32(word: str) -> bool:
    """Bech32 or Bech32m, as of newer addresses of Bitcoin, Cardano and all of Cosmos; in one case."""
    lower = word.lower()
    prefix, one, rest = lower.rpartition("1")
    if word not in (lower, word.upper()) or not prefix or not one or len(rest) < 20:
        return False
    values = [_BECH32.find(letter) for letter in rest]
    if -1 in values:
        return False
    codes = [ord(letter) for letter in prefix]
    check = 1
    for value in (*(code >> 5 for code in codes), 0, *(code & 31 for code in codes), *values):
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            check ^= generator if top >> bit & 1 else 0
    return check in _BECH32_ENDS


def _is_base58(word: str) -> bool:
    data = _decoded(word, _BASE58)
    if data is None:
        return False
    if len(data) in _SOLANA_BYTES or (len(data) in _ADDRESS_BYTES and _checked(data)):
        return True
    if len(data) in _SUBSTRATE_BYTES:
        return hashlib.blake2b(b"SS58PRE" + data[:-2]).digest()[:2] == data[-2:]
    ripple = _decoded(word, _RIPPLE) if word.startswith("r") else None
    return ripple is not None and len(ripple) == min(_ADDRESS_BYTES) and _checked(ripple)


def _checked(data: bytes) -> bool:
    """Whether the last four bytes are the checksum of the others, as Bitcoin makes it."""
    return hashlib.sha256(hashlib.sha256(data[:-4]).digest()).digest()[:4] == data[-4:]


def _decoded(word: str, alphabet: str) -> bytes | None:
    """The bytes of a word in base 58; None where a letter is not in the alphabet."""
    number = 0
    for letter in word:
        value = alphabet.find(letter)
        if value < 0:
            return None
        number = number * 58 + value
    zeros = len(word) - len(word.lstrip(alphabet[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
