"""Lines with a secret in them stay nowhere."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.history import FileHistory

from bot.commands import COMMANDS
from bot.desk.secrecy import keeps_secret
from bot.reading.keyshape import masked
from bot.terminal.chat import remembering

SECRET = (
    "/connect bybit k s",
    "connect bybit k s",
    "/connect@bot k",
    "/Connect\nk",
    "/conect bybit k",
    "  /connect k",
    "/ connect k",
    "\\connect k",
    "/connect, bybit k s",
    "/connect: bybit k s",
    "/connect-bybit k s",
    "/connect_bybit k s",
    "/ćonnect bybit k s",
    "conect bybit XK3hQ9z7TbC1pLmN8sVa",
    "API key: XK3hQ9z7TbC1pLmN8sVa",
    "XK3hQ9z7TbC1pLmN8sVa",
    "SOL 60\nXK3hQ9z7TbC1pLmN8sVa",
)
OPEN = (
    "/connect", "connect", "/cost ETH", "SOL 60", "", "/disconnect bybit", "/calc value 1", "I connect k",
    "1000000BABYDOGE 5", "100000000000000000000000M SOL", "/filled ETHUSDT_260626 5 at 3500", "connect",
)  # fmt: skip


KEYS = {
    "Binance, 64 letters and digits": "hJ3kT9vLq2WcYx8RbN5mZs7PdGf4A6uEoKtX1yVnCwQi0BzUrMjDl2HgSaFe9pO5",
    "Bybit, 18 of them": "Wq7Ld2pZx9Rf4TmKv3",
    "Bybit's secret, 36": "nB4vC8xZ1aS6dF0gH3jK7lQ2wE9rT5yUiOpM",
    "OKX, groups of hexadecimal digits": "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
    "OKX's secret, 32 of them": "8E1F60A77B2C4D93B5A0D4CF129E3B76",
    "Bitget": "bg_0f4b7c2d9e8a1356b7c4d5e6f7a8b9c0",
    "Gate, in small letters": "3d0e5a9c7b1f4286ad5c9e0b7f31d248",
    "MEXC": "mx0vglQ7pRsT9uVw2X",
    "Kraken, base64": "k9Hs+2LmQ/7vXzR4tYb1NcWd8JgFpE3uAo6iTq0MrBw5ShZx/VnKe+CyDlGj4fPa8Uk1=",
    "KuCoin, 24 hexadecimal digits": "64f1c2a9b8d7e60001a2b3c4",
    "the same, nearly all figures": "602391847561029384756a12",
    "Coinbase": "organizations/1f2e3d4c-5b6a-7988/apiKeys/a1b2c3d4-e5f6-0718",
    "a private key in a file": "-----BEGIN EC PRIVATE KEY-----",
    "the token of a bot": "7412589630:AAHk3vQ-x_9ZpLmN2sTbYcWd8RgFjEuOi4q",
}
PUBLIC = {
    "a contract on Ethereum": "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
    "the same without its beginning": "A0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
    "a transaction on Ethereum": "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060",
    "a transaction on Bitcoin": "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b",
    "Bitcoin, the first form": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "Bitcoin, bech32": "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    "Bitcoin, bech32m": "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
    "Bitcoin Cash": "bitcoincash:qpm2qsznhks23z7629mms6s5cwef74vcwvy22gdx6a",
    "Dogecoin": "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L",
    "TRON": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
    "XRP": "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",
    "a token on Solana": "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v",
    "its own coin": "So11111111111111111111111111111111111111112",
    "a transaction on Solana":
        "5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW",
    "Polkadot": "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5",
    "TON": "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs",
    "Cardano":
        "addr1qx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3n0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2wywfgse35a3x",
    "Stellar": "GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN",
    "Tezos": "tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb",
    "a link": "https://solscan.io/tx/9f8Kd2LpQ7vXzR4tYb1NcWd8JgFpE3uAo6iTq0MrBw5S",
    "a link without its scheme": "etherscan.io/address/Zq9Kd2LpQ7vXzR4tYb1NcWd8JgFpE3uAo6iTq0Mr",
}  # fmt: skip
SAID = (
    "my passphrase is Hedge!2026x",
    "secret: Winter4-Garden",
    "my secret 4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b",
    "private key = 0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060",
)
UNSAID = (
    "SECRET 1,000.5", "the key levels are 120000 and 95000", "key BTCUSDT_260626 5", "no secret, SOL 60",
    f"my key contract is {PUBLIC['a contract on Ethereum']}",
)  # fmt: skip
FORMS = ("{}", "my key is {}", "{} 60", "SOL 60\nkey:{}\nETH 2", "/add {} 5", '{{"apiKey":"{}"}}')


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_what_exchanges_make_is_secret_without_connect(key: str, form: str) -> None:
    assert keeps_secret(form.format(key), COMMANDS)


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_log_shows_none_of_it(key: str) -> None:
    assert masked(f"got {key!r}, {key}\n", "***") == "got '***', ***\n"


@pytest.mark.parametrize("form", ["{}", "SOL 60\n{}\nETH 2", "{} 60", "/add {} 5", "sent to {}."])
@pytest.mark.parametrize("word", PUBLIC.values(), ids=PUBLIC)
def test_what_a_block_explorer_shows_is_no_key(word: str, form: str) -> None:
    assert not keeps_secret(form.format(word), COMMANDS)


@pytest.mark.parametrize(
    "word", ["TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp"]
)
def test_an_address_with_a_wrong_checksum_may_be_a_key(word: str) -> None:
    assert keeps_secret(word, COMMANDS)


@pytest.mark.parametrize("line", SAID)
def test_what_is_called_a_secret_is_one(line: str) -> None:
    assert keeps_secret(line, COMMANDS)


@pytest.mark.parametrize("line", UNSAID)
def test_the_word_alone_makes_none(line: str) -> None:
    assert not keeps_secret(line, COMMANDS)


def test_numbers_of_orders_in_a_table_are_no_keys() -> None:
    rows = [f"2026-11-0{n},64f1c2a9b8d7e60001a2b3c{n},BUY,SOL,{n}" for n in range(1, 6)]
    assert not keeps_secret("Date,Order ID,Side,Coin,Amount\n" + "\n".join(rows), COMMANDS)
    assert keeps_secret("\n".join([*rows, KEYS["Bybit's secret, 36"]]), COMMANDS)


def test_the_code_of_a_link_that_was_opened_stays() -> None:
    assert not keeps_secret("/start hJ3kT9vLq2WcYx8RbN5mZs", COMMANDS)
    assert keeps_secret("/start hJ3kT9vLq2WcYx8RbN5mZs and more", COMMANDS)


@given(st.text(alphabet=" aA0+/_-.:=\n'", max_size=200))
def test_whatever_is_typed_is_looked_at_and_masked_once(text: str) -> None:
    keeps_secret(text, COMMANDS)
    assert masked(masked(text, "***"), "***") == masked(text, "***")


@pytest.mark.parametrize(
    "piece", ["a", "0", "aA0", "a-", "+", "key ", "a1b2c3d4-", "\n", "organizations/", "1:"]
)
def test_the_longest_line_costs_in_proportion(piece: str) -> None:
    """Counted in steps of the interpreter: four times the text may not cost sixteen times as many."""
    short, long = (steps_of(piece * (size // len(piece))) for size in (4_096, 16_384))
    assert long < 6 * short + 10_000


def steps_of(line: str) -> int:
    """Calls and lines that looking at this takes; what a pattern does inside is not seen, but a loop is."""
    count = 0

    def tick(_frame: object, _event: str, _arg: object) -> object:
        nonlocal count
        count += 1
        return tick

    before = sys.gettrace()
    sys.settrace(tick)  # type: ignore[arg-type]
    try:
        keeps_secret(line, COMMANDS)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("line", SECRET)
def test_what_follows_connect_is_secret(line: str) -> None:
    assert keeps_secret(line, COMMANDS)


@pytest.mark.parametrize("line", OPEN)
def test_all_else_is_not(line: str) -> None:
    assert not keeps_secret(line, COMMANDS)


async def test_the_history_of_the_terminal_has_every_line_but_those(tmp_path: Path) -> None:
    path = tmp_path / "history"
    history = remembering(path, COMMANDS)
    for line in (*SECRET, "SOL 60", "/hedge"):
        history.append_string(line)
    assert history.get_strings() == ["SOL 60", "/hedge"]
    assert [line async for line in FileHistory(str(path)).load()] == ["/hedge", "SOL 60"]
    assert "connect" not in path.read_text()


async def test_so_has_one_that_is_forgotten_in_the_end() -> None:
    history = remembering(None, COMMANDS)
    for line in (*SECRET, "SOL 60"):
        history.append_string(line)
    assert history.get_strings() == ["SOL 60"]
