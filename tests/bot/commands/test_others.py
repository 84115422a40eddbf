"""/start, /help, /venue, /settings and /calc."""

import pytest

from bot.commands import CHAPTERS, COMMANDS
from core.store.database import Database
from tests.conversation import OWNER, Talk, talk_over


async def test_start_says_in_few_lines_what_this_is(talk: Talk) -> None:
    answer = await talk.say("/start")
    assert len(answer.lines) == 5
    assert list(answer.buttons) == ["Try a sample portfolio", "Add my coins", "Help"]


async def test_start_of_who_comes_back_says_how_things_stand(talk: Talk) -> None:
    await talk.say("/start sample")
    assert len(await talk.portfolio()) == 8
    again = await talk.say("/start sample")
    assert "$50,000" in again.lines[0]
    assert len(await talk.portfolio()) == 8
    await talk.say("/ticket ETH")
    await talk.press("Filled as shown")
    hedged = await talk.say("/start")
    assert hedged.lines[0].startswith("Hedge ")
    assert "Positions" in hedged.buttons


async def test_help_lists_every_command_under_its_chapter(talk: Talk) -> None:
    few = await talk.say("/help")
    assert len([line for line in few.lines if line.startswith("/")]) == 8
    answer = await talk.press("More")
    for title, commands in CHAPTERS.items():
        place = answer.lines.index(title)
        for command in commands:
            place += 1
            assert answer.lines[place] == f"/{command.name} – {command.help}"


async def test_help_of_hedge_says_that_a_short_in_profit_may_be_closed(talk: Talk) -> None:
    assert "auto-deleveraging" in (await talk.say("/help hedge")).text
    assert "auto-deleveraging" not in (await talk.say("/help add")).text


def test_no_command_is_there_twice() -> None:
    names = [command.name for command in COMMANDS]
    assert len(set(names)) == len(names)


WITH_A_FOLDER = ("backup",)
"""Commands that need more than a database: tested by themselves."""


@pytest.mark.parametrize(
    "command",
    [command for command in COMMANDS if command.name not in WITH_A_FOLDER],
    ids=lambda command: command.name,
)
async def test_every_example_of_the_help_works_on_the_sample_portfolio(talk: Talk, command: object) -> None:
    from bot.desk.command import Command

    assert isinstance(command, Command)
    talk.user = OWNER  # who may do everything
    await talk.say("/add sample")
    answer = await talk.say(command.example or f"/{command.name}")
    assert list(answer.buttons) != ["Help"], answer.text


class TestVenue:
    async def test_the_only_venue_is_named(self, talk: Talk) -> None:
        answer = await talk.say("/venue")
        assert answer.lines == ["Your venue: simulated", "It is the only one offered here."]
        assert answer.buttons == {"Hedge": "/hedge", "Compare": "/markets"}

    async def test_another_one_is_a_button_away_and_is_used_from_then_on(self, embedded: Database) -> None:
        talk = talk_over(embedded, venues=("simulated", "elsewhere"))
        await talk.say("/add ETH 4")
        await talk.say("/venue")
        assert (await talk.press("elsewhere")).lines == ["Your venue: elsewhere"]
        assert "Prices: elsewhere" in await talk.say("/portfolio")
        assert "Prices: simulated" not in await talk.say("/portfolio")
        assert (await talk.someone_else().say("/venue")).lines[0] == "Your venue: simulated"

    async def test_one_that_is_not_offered_is_refused_and_changes_nothing(self, talk: Talk) -> None:
        assert "“nowhere” is not offered here" in await talk.say("/venue nowhere")
        assert "Your venue: simulated" in await talk.say("/venue")

    async def test_one_that_is_offered_no_more_gives_way_to_the_first(self, embedded: Database) -> None:
        talk = talk_over(embedded, venues=("simulated", "elsewhere"))
        await talk.say("/venue elsewhere")
        assert "Your venue: simulated" in await talk_over(embedded).say("/venue")


class TestSettings:
    @pytest.mark.parametrize(
        ("words", "shown"),
        {
            "coverage 80%": "coverage 80%:",
            "leverage 2": "leverage 2x:",
            "leverage 2.5x": "leverage 2.5x:",
            "leverage auto": "leverage auto:",
            "fee 0.036%": "fee 0.036% of",
            "fee auto": "fee auto:",
            "horizon 30d": "horizon 30d:",
            "HORIZON 30": "horizon 30d:",
        }.items(),
    )
    async def test_a_setting_is_kept_and_shown(self, talk: Talk, words: str, shown: str) -> None:
        assert shown in await talk.say(f"/settings {words}")
        assert shown in await talk.say("/settings")

    @pytest.mark.parametrize(
        "words",
        [
            "coverage", "coverage 80", "coverage 0%", "coverage 151%", "coverage x%", "leverage 0",
            "leverage 126",
            "leverage two", "fee 0.036", "fee 2%", "fee -1%", "horizon 0", "horizon 2.5", "horizon 91",
            "colour red",
            "leverage 2 3", "1", "horizon",
        ],
    )  # fmt: skip
    async def test_one_out_of_range_is_refused_and_nothing_changes(self, talk: Talk, words: str) -> None:
        before = await talk.say("/settings")
        assert list((await talk.say(f"/settings {words}")).buttons)[-1] == "Help"
        assert (await talk.say("/settings")).text == before.text

    async def test_settings_are_what_a_hedge_uses_unless_it_says_otherwise(self, talk: Talk) -> None:
        await talk.say("/add ETH 4.2")
        await talk.say("/settings coverage 50%")
        await talk.say("/settings leverage 2")
        await talk.say("/settings horizon 30d")
        answer = await talk.say("/hedge")
        for words in ("to hedge 50% of $", "at 2x", "A usual 30-day swing"):
            assert words in answer
        assert "to hedge $" in await talk.say("/hedge 100% 3x sure")


class TestCalc:
    async def test_the_textbook_example_comes_out(self, talk: Talk) -> None:
        answer = await talk.say("/calc value 50000 beta 1.5 price 3500 size 0.01")
        assert answer.lines == [
            "Short 2,143 contracts ($75,005)",
            "$50,000.00 × 1.5 / $35.00 a contract = 2,142.86",
            "Rounded to nearest: 2,143 contracts ($75,005), leaves beta -0.0001.",
            "Rounded down: 2,142 contracts ($74,970), leaves beta +0.0006.",
        ]

    @pytest.mark.parametrize(("move", "contracts"), [("20", "1,429"), ("5%", "5,715")])
    async def test_a_loss_is_made_up_in_a_fall(self, talk: Talk, move: str, contracts: str) -> None:
        answer = await talk.say(f"/calc loss 10000 price 3500 size 0.01 move {move}")
        assert answer.lines[0].startswith(f"Short {contracts} contracts")

    async def test_the_formula_is_told_with_its_numbers(self, talk: Talk) -> None:
        answer = await talk.say("/calc loss $10,000 price 3500 size 0.01 move 20")
        for figure in ("$3,500.00 × 0.01 × 20%", "$7.00", "1,428.57", "$10,003.00"):
            assert figure in answer

    async def test_alone_it_asks_step_by_step(self, talk: Talk) -> None:
        await talk.say("/calc")
        await talk.press("From a loss to make up")
        for said in ("10000", "3,500"):
            await talk.say(said)
        assert "“x”" in await talk.say("x")  # what is no number is refused, and the question stays
        await talk.say("0.01")
        answer = await talk.say("20")
        assert answer.lines[0].startswith("Short 1,429 contracts")
        assert "I did not understand" in await talk.say("blah blah")

    async def test_what_is_missing_is_asked_for(self, talk: Talk) -> None:
        await talk.say("/calc value 50000 beta 1.5 price 3500")
        assert (await talk.say("0.01")).lines[0] == "Short 2,143 contracts ($75,005)"

    async def test_the_words_come_in_any_order_and_dress(self, talk: Talk) -> None:
        plain = await talk.say("/calc value 50000 beta 1.5 price 3500 size 0.01")
        dressed = await talk.say("/calc size=0.01 price=$3,500 beta=1.5 value=$50,000")
        assert dressed.text == plain.text

    async def test_large_numbers_are_worked_on_and_impossible_ones_are_refused(self, talk: Talk) -> None:
        answer = await talk.say(f"/calc value {10**12} beta 1 price 1 size 1")
        assert answer.lines[0] == f"Short {10**12:,} contracts (${10**12:,})"
        assert (await talk.say(f"/calc value {10**50} beta 1 price 1 size 1")).lines[0].startswith("No value")

    @pytest.mark.parametrize(
        "words",
        [
            "value 50000 beta 1.5 price 3500 price 5", "value 0 beta 1 price 1 size 1",
            "value 1 beta x price 1 size 1",
            "value 1 beta -1 price 1 size 1", "value 1 beta 1 price NaN size 1", "50000 1.5 3500 0.01",
            "loss 1 beta 2", "loss 10000 price 3500 size 0.01 move 120", "loss 0 price 1", "hello",
        ],
    )  # fmt: skip
    async def test_anything_less_is_refused_and_shown_the_form(self, talk: Talk, words: str) -> None:
        assert list((await talk.say(f"/calc {words}")).buttons) == ["Help"]


class TestHelpOfOne:
    async def test_every_form_of_a_hedge_is_understood(self, talk: Talk) -> None:
        await talk.say("/add sample")
        await talk.say("/at simulated all")
        answer = await talk.say("/help hedge")
        forms = [line for line in answer.lines if line.startswith("/hedge ")]
        assert len(forms) > 10
        for form in forms[1:]:
            said = await talk.say(form)
            # Other exchanges than the simulated one are not offered here, but are understood.
            assert "Short " in said or "sure" in str(said.buttons) or "is not offered here" in said, form

    async def test_a_command_that_is_not_there_is_named(self, talk: Talk) -> None:
        assert "I do not know /nonsense" in await talk.say("/help nonsense")
