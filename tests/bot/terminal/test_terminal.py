"""The conversation in a terminal."""

import io

import pytest

from bot.chat.router import Conversation
from bot.clocks.clock import MovableClock
from bot.terminal.chat import HINTS, PLAYED, Chat, converse, piped, plain_text, played
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from core.venues.simulated.market import SimulatedMarket


class Screen(io.StringIO):
    """What was printed since it was last read."""

    def read_new(self) -> str:
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def chat(embedded: Database, screen: Screen) -> Chat:
    clock = MovableClock()
    watch = Watch(lambda _venue: SimulatedMarket(7, "calm", clock), StoredCloses(embedded), clock)
    return Chat(Conversation(embedded, watch, ("simulated",), clock), clock, screen)


async def pipe(chat: Chat, text: str) -> None:
    await converse(chat, piped(io.StringIO(text)))


async def test_a_reply_is_plain_text_with_its_buttons_below(chat: Chat, screen: Screen) -> None:
    await pipe(chat, "/start\n")
    printed = screen.read_new()
    assert "<" not in printed
    assert printed.endswith("[Try a sample portfolio]\n[Add my coins] [Help]\n\n")


def test_what_folds_away_gets_a_bar_and_entities_are_text() -> None:
    html = "<b>a &lt;b&gt;</b>\n<blockquote expandable><b>c</b>\n<pre>d  e</pre></blockquote>\nf &amp; g"
    assert plain_text(html) == "a <b>\n│ c\n│ d  e\n\nf & g"


async def test_a_button_is_pressed_by_its_label_or_the_beginning_of_it(chat: Chat, screen: Screen) -> None:
    for label in ("Try a sample portfolio", "try", "[Try a sample portfolio]", "TRY A"):
        await pipe(chat, f"/start\n:press {label}\n/remove all\n:press Yes\n")
        assert "Saved: 8 coins" in screen.read_new()


@pytest.mark.parametrize("label", ["", "nothing", "[]"])
async def test_a_button_that_is_not_there_is_told_with_those_that_are(
    chat: Chat, screen: Screen, label: str
) -> None:
    await pipe(chat, f":press {label}\n")
    assert screen.read_new() == "There is no button to press.\n"
    await pipe(chat, "/add SOL 1\n/portfolio\n")
    screen.read_new()
    await pipe(chat, f":press {label}\n")
    assert screen.read_new() == "The buttons here are: Hedge, Add, Refresh.\n"


async def test_the_clock_moves_and_with_it_the_prices(chat: Chat, screen: Screen) -> None:
    await pipe(chat, "/add ETH 4\n/portfolio\n")
    before = screen.read_new().split("Your coins")[1]
    await pipe(chat, ":tick 6h\n")
    assert screen.read_new().startswith("It is now 20")
    await pipe(chat, "/portfolio\n")
    after = screen.read_new().split("Your coins")[1]
    assert before.split("\n")[0] != after.split("\n")[0]


@pytest.mark.parametrize("line", [":tick", ":tick soon", ":tick 99999d"])
async def test_a_step_that_is_none_is_told(chat: Chat, screen: Screen, line: str) -> None:
    await pipe(chat, f"{line}\n")
    assert screen.read_new() == "Move the clock by minutes, hours or days: :tick 6h\n"


async def test_the_clock_of_a_real_market_stays(screen: Screen, chat: Chat) -> None:
    real = Chat(chat._conversation, None, screen)
    await pipe(real, ":tick 6h\n")
    assert screen.read_new() == "Only the clock of the simulated market can be moved.\n"


@pytest.mark.parametrize("line", [":x", ":", ":end", ":PRESS Help"])
async def test_an_unknown_word_of_the_terminal_shows_the_known_ones(
    chat: Chat, screen: Screen, line: str
) -> None:
    await pipe(chat, f"{line}\n")
    assert screen.read_new() == f"{HINTS}\n"


async def test_a_pasted_block_is_one_message_even_when_it_is_not_closed(chat: Chat, screen: Screen) -> None:
    await pipe(chat, ":paste\nAsset | Amount\nETH | 4.2\nSOL | 60\n:end\n:paste\n/add\nLINK 5\n")
    printed = screen.read_new()
    assert "ETH: 4.2\nSOL: 60\nRead from the columns" in printed
    assert "Saved: 1 coin\nLINK: 5\n" in printed


async def test_quitting_ends_the_talk_and_blank_lines_say_nothing(chat: Chat, screen: Screen) -> None:
    await pipe(chat, "\n  \n:quit\n/start\n")
    assert screen.read_new() == ""


async def test_every_line_of_the_played_demo_has_an_answer(chat: Chat, screen: Screen) -> None:
    answers = []
    for line in PLAYED:
        await converse(chat, played([line]))
        answers.append(screen.read_new())
    assert "Saved: 8 coins" in answers[1]
    assert "Your coins: $50,000" in answers[2]
    assert "2,143 contracts ($75,005)" in answers[-1]
    assert not any(answer.endswith("\n[Help]\n\n") for answer in answers), "a refusal offers only help"
