"""What python-telegram-bot expects of a transport."""

import asyncio
import io
import traceback
from collections.abc import AsyncIterator

import pytest
from telegram import Bot, InputFile
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from bot.telegram.request import AiohttpRequest, NotSent, NotSentInTime, Unanswered
from tests.bot_api import TOKEN, BotApi
from tests.bot_messages import Failure

CONTENT = bytes(range(256)) * 8192  # 2 MiB: more than aiohttp likes to send in one piece


def bot_on(url: str, request: AiohttpRequest | None = None) -> Bot:
    return Bot(
        TOKEN,
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=request or AiohttpRequest(),
        get_updates_request=AiohttpRequest(1),
    )


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with bot_on(api.url) as bot:
        yield bot


async def test_parameters_arrive_as_a_form_with_json_inside(api: BotApi, bot: Bot) -> None:
    await bot.set_my_commands([("start", "é & = + %")])
    assert api.called("setMyCommands")[0].fields == {
        "commands": [{"command": "start", "description": "é & = + %"}]
    }


@pytest.mark.parametrize("method", ["sendPhoto", "sendDocument"])
async def test_files_arrive_whole_with_their_names_and_parameters(api: BotApi, bot: Bot, method: str) -> None:
    if method == "sendPhoto":
        await bot.send_photo(7, CONTENT, caption="<b>é</b>", parse_mode="HTML", filename="chart.png")
    else:
        await bot.send_document(7, CONTENT, caption="<b>é</b>", parse_mode="HTML", filename="chart.png")
    (upload,) = api.called(method)[0].files.values()
    assert (upload.filename, upload.mimetype) == ("chart.png", "image/png")
    assert upload.content == CONTENT
    assert (api.chat(7)[0].text, api.chat(7)[0].file) == ("é", CONTENT)


async def test_an_open_file_is_sent_from_where_it_is(api: BotApi, bot: Bot) -> None:
    await bot.send_document(7, InputFile(io.BytesIO(b"rows"), "a.csv", read_file_handle=False))
    assert api.chat(7)[0].file == b"rows"


async def test_a_file_is_downloaded(api: BotApi, bot: Bot) -> None:
    api.files["abc"] = CONTENT
    file = await bot.get_file("abc")
    assert bytes(await file.download_as_bytearray()) == CONTENT


async def test_connections_are_kept(api: BotApi, bot: Bot) -> None:
    for n in range(20):
        await bot.send_message(7, str(n))
    assert len(api.connections) == 1


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (Failure(400, "Bad Request: message is not modified"), BadRequest),
        (Failure(429, "Too Many Requests", retry_after=3), RetryAfter),
        (Failure(500), NetworkError),
        (Failure(drop=True), NetworkError),
    ],
)
async def test_failures_are_the_librarys_errors(
    api: BotApi, bot: Bot, failure: Failure, error: type[Exception]
) -> None:
    api.fail("sendMessage", failure)
    with pytest.raises(error) as caught:
        await bot.send_message(7, "x")
    assert not isinstance(caught.value, TimedOut)
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


async def test_a_silent_server_is_a_timeout_by_the_default_or_the_given_limit(api: BotApi) -> None:
    api.fail("sendMessage", Failure(delay=30), times=2)
    async with bot_on(api.url, AiohttpRequest(read_timeout=0.1)) as impatient:
        with pytest.raises(Unanswered):
            await impatient.send_message(7, "x")
    async with bot_on(api.url, AiohttpRequest(read_timeout=None)) as patient:
        with pytest.raises(TimedOut) as caught:
            await patient.send_message(7, "x", read_timeout=0.1)
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


async def test_an_answer_within_the_limit_is_no_timeout(api: BotApi, bot: Bot) -> None:
    api.fail("sendMessage", Failure(delay=0.2))
    await bot.send_message(7, "x", read_timeout=5)
    assert api.chat(7)[0].text == "x"


async def test_a_server_that_does_not_take_the_upload_is_a_timeout() -> None:
    async def never_read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        held.append(writer)

    held: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(never_read, "127.0.0.1", 0, limit=1)
    host, port = server.sockets[0].getsockname()
    request = AiohttpRequest(
        read_timeout=0.1, write_timeout=None, media_write_timeout=0.1, connect_timeout=0.5
    )
    await request.initialize()
    try:
        with pytest.raises(TimedOut):
            await bot_on(f"http://{host}:{port}", request).send_document(7, CONTENT * 8)
    finally:
        await request.shutdown()
        for writer in held:
            writer.transport.abort()
        server.close()
        await server.wait_closed()


async def test_nobody_listening_is_a_network_error(unused_tcp_port: int) -> None:
    request = AiohttpRequest()
    async with request:
        with pytest.raises(NetworkError, match=r"^aiohttp\.ClientConnectorError: ") as caught:
            await request.post(f"http://127.0.0.1:{unused_tcp_port}/bot{TOKEN}/getMe")
    assert isinstance(caught.value, NotSent)
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("url", ["http:///bot{}/getMe", "ftp://x/bot{}/getMe", "bot{}/getMe", "/bot{}/getMe"])
async def test_an_impossible_address_is_a_network_error_without_the_token(url: str) -> None:
    async with AiohttpRequest() as request:
        with pytest.raises(NetworkError) as caught:
            await request.post(url.format(TOKEN))
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


async def test_a_full_pool_is_a_timeout_that_says_so_and_passes(api: BotApi) -> None:
    api.fail("sendMessage", Failure(delay=0.3))
    async with bot_on(api.url, AiohttpRequest(1, pool_timeout=0.05)) as bot:
        slow = asyncio.create_task(bot.send_message(7, "slow"))
        await api.until_called("sendMessage")
        with pytest.raises(NotSentInTime, match="Pool timeout"):
            await bot.send_message(7, "refused")
        await slow
        await bot.send_message(7, "next")
    assert [message.text for message in api.chat(7)] == ["slow", "next"]


async def test_no_more_than_the_pool_is_open_at_once(api: BotApi) -> None:
    async with bot_on(api.url, AiohttpRequest(3, pool_timeout=None)) as bot:
        await asyncio.gather(*(bot.send_message(7, str(n)) for n in range(30)))
    assert len(api.connections) <= 3
    assert len(api.chat(7)) == 30


async def test_a_cancelled_request_gives_its_place_back(api: BotApi) -> None:
    api.fail("sendMessage", Failure(delay=30))
    async with bot_on(api.url, AiohttpRequest(1, pool_timeout=0.1)) as bot:
        task = asyncio.create_task(bot.send_message(7, "x"))
        await api.until_called("sendMessage")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await bot.send_message(7, "y")


async def test_it_works_only_between_initialize_and_shutdown_and_again_after_the_next(api: BotApi) -> None:
    request, url = AiohttpRequest(), f"{api.url}/bot{TOKEN}/getMe"
    with pytest.raises(RuntimeError, match="not initialized"):
        await request.do_request(url, "POST")
    for _ in range(2):
        await request.initialize()
        await request.initialize()
        assert (await request.do_request(url, "POST"))[0] == 200
        await request.shutdown()
        await request.shutdown()
        with pytest.raises(RuntimeError, match="not initialized"):
            await request.do_request(url, "POST")


async def test_a_proxy_of_the_environment_is_used(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", api.url)
    monkeypatch.setenv("no_proxy", "")
    async with bot_on("http://telegram.invalid") as bot:
        await bot.send_message(7, "through the proxy")
    assert api.chat(7)[0].text == "through the proxy"
