"""Reads one update of Telegram, and keeps nothing of it but what is needed for an answer.

It is read by hand. The library's own reading fails as a whole where one field that nobody needs is not as
expected, and what it makes of an update holds names and pictures that are none of our business.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeGuard

ArrivalKind = Literal["text", "file", "other", "edited", "group", "press"]
_Json = Mapping[str, Any]

MOST_ID = 2**52
"""Telegram's ids of users and chats have at most 52 bits."""
MOST_UPDATE = 2**62
MOST_TEXT = 20_001
"""So many characters of a text are kept: one more than is ever read, so that it is still known to be too
long.
"""
MOST_NAME = 255
"""So many characters of a file's name and id are kept."""
GROUPS = ("group", "supergroup")
SERVICE = frozenset(
    {
        "boost_added", "channel_chat_created", "chat_background_set", "chat_shared", "checklist_tasks_added",
        "checklist_tasks_done", "connected_website", "delete_chat_photo", "direct_message_price_changed",
        "forum_topic_closed", "forum_topic_created", "forum_topic_edited", "forum_topic_reopened",
        "general_forum_topic_hidden", "general_forum_topic_unhidden", "gift", "giveaway_completed",
        "giveaway_created", "group_chat_created", "left_chat_member", "message_auto_delete_timer_changed",
        "migrate_from_chat_id", "migrate_to_chat_id", "new_chat_members", "new_chat_photo", "new_chat_title",
        "paid_message_price_changed", "passport_data", "pinned_message", "proximity_alert_triggered",
        "refunded_payment", "successful_payment", "suggested_post_approved", "suggested_post_declined",
        "supergroup_chat_created", "unique_gift", "users_shared", "video_chat_ended",
        "video_chat_participants_invited", "video_chat_scheduled", "video_chat_started", "web_app_data",
        "write_access_allowed",
    }
)  # fmt: skip
"""Fields of messages that nobody wrote: Telegram tells with them what has happened to a chat."""


class Unreadable(Exception):
    """An update is not as Telegram promises. The text says which part of it, and never what is in it."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that somebody sent as a document; it is fetched only once it is answered."""

    number: str
    """Telegram's id of it."""
    name: str
    """What it is called; may be empty."""
    size: int
    """Its bytes; 0 where Telegram does not say."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update that is answered, or at least acknowledged."""

    update: int
    """Telegram's number of it; the same when it is delivered again."""
    kind: ArrivalKind
    user: int
    """Who sent it, or pressed."""
    chat: int
    private: bool
    """Whether the chat is the user's own with the bot."""
    message: int | None
    """The id of the message that was sent, or whose button was pressed."""
    text: str
    """What was written, also below a picture; the line of a pressed button. Empty where there is none."""
    press: str | None = None
    """The id that a press is acknowledged by."""
    reply_to: int | None = None
    """The id of the message that this one is a reply to."""
    file: SentFile | None = None
    """The file of an arrival of the kind `file`."""


def number_of(raw: object) -> int | None:
    """The number by which an update is confirmed; None where it has none."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    # A number outside of what Telegram gives would, once confirmed, skip all that comes after.
    return number if _is_whole(number) and 0 <= number < MOST_UPDATE else None


def sender_of(raw: object) -> int | None:
    """The sender of an update that cannot otherwise be read; None where not even that can be."""
    for name in ("message", "edited_message", "callback_query"):
        part = raw.get(name) if isinstance(raw, dict) else None
        sender = part.get("from") if isinstance(part, dict) else None
        user = sender.get("id") if isinstance(sender, dict) else None
        if _is_whole(user) and 0 < user < MOST_ID:
            return user
    return None


def read_arrival(raw: Any) -> Arrival | None:
    """What an update brings; None where we answer nothing to its kind. Raises Unreadable."""
    update = number_of(raw)
    if update is None:
        raise Unreadable("update_id is no number")
    if "callback_query" in raw:
        return _press(update, _part(raw, "callback_query"))
    if "message" in raw:
        return _message(update, _part(raw, "message"), edited=False)
    if "edited_message" in raw:
        return _message(update, _part(raw, "edited_message"), edited=True)
    return None


def _message(update: int, message: _Json, *, edited: bool) -> Arrival | None:
    chat, where = _chat(message)
    if where not in ("private", *GROUPS):
        return None
    user = _sender(message, chat, where)
    written = "text" in message or "caption" in message
    text = _text(message, "text") or _text(message, "caption")
    number = _whole(message, "message_id")
    kind: ArrivalKind
    if where == "private":
        if edited:
            if not written:
                return None
            kind = "edited"
        elif "text" in message:
            kind = "text"
        elif (file := _file(message)) is not None:
            return Arrival(update, "file", user, chat, True, number, text, file=file)
        elif SERVICE.isdisjoint(message):
            kind = "other"
        else:
            return None
    # In a group an edited text would be answered a second time.
    elif written and not edited:
        kind = "group"
    else:
        return None
    return Arrival(update, kind, user, chat, where == "private", number, text, reply_to=_replied_to(message))


def _file(message: _Json) -> SentFile | None:
    """The document of a message. One that cannot be read is none: it is told of as any other attachment."""
    document = message.get("document")
    if not isinstance(document, dict) or not isinstance(document.get("file_id"), str):
        return None
    size = document.get("file_size", 0)
    name = _text(document, "file_name")[:MOST_NAME]
    return SentFile(document["file_id"][:MOST_NAME], name, size if _is_whole(size) else 0)


def _replied_to(message: _Json) -> int | None:
    """The message that this one replies to. One that cannot be read is none: the text counts without it."""
    other = message.get("reply_to_message")
    number = other.get("message_id") if isinstance(other, dict) else None
    return number if _is_whole(number) and abs(number) < MOST_UPDATE else None


def _press(update: int, query: _Json) -> Arrival:
    user = _id(_part(query, "from"), "from")
    press = query.get("id")
    if not isinstance(press, str):
        raise Unreadable("callback_query.id is no text")
    if "message" not in query:  # below a message that was sent by way of another chat
        return Arrival(update, "press", user, user, False, None, "", press)
    message = _part(query, "message")
    chat, where = _chat(message)
    number = _whole(message, "message_id")
    return Arrival(update, "press", user, chat, where == "private", number, _text(query, "data"), press)


def _chat(message: _Json) -> tuple[int, str]:
    chat = _part(message, "chat")
    where = chat.get("type")
    if not isinstance(where, str):
        raise Unreadable("chat.type is no text")
    number = chat.get("id")
    if not _is_whole(number) or abs(number) >= MOST_ID:
        raise Unreadable("chat.id is no id")
    return number, where


def _sender(message: _Json, chat: int, where: str) -> int:
    """Who sent a message. In a private chat it can only be its user."""
    if "from" not in message and where == "private" and chat > 0:
        return chat
    return _id(_part(message, "from"), "from")


def _id(part: _Json, name: str) -> int:
    """The id of a user. It is above zero; below are the users of terminals."""
    number = part.get("id")
    if not _is_whole(number) or not 0 < number < MOST_ID:
        raise Unreadable(f"{name}.id is no id of a user")
    return number


def _part(raw: _Json, name: str) -> _Json:
    part = raw.get(name)
    if not isinstance(part, dict):
        raise Unreadable(f"{name} is missing or no object")
    return part


def _text(raw: _Json, name: str) -> str:
    text = raw.get(name, "")
    if not isinstance(text, str):
        raise Unreadable(f"{name} is no text")
    # Halves of characters can be neither stored nor sent.
    return text[:MOST_TEXT].encode(errors="replace").decode()


def _whole(raw: _Json, name: str) -> int:
    number = raw.get(name)
    if not _is_whole(number) or abs(number) >= MOST_UPDATE:
        raise Unreadable(f"{name} is no number")
    return number


def _is_whole(number: object) -> TypeGuard[int]:
    # In Python true and false are whole numbers, too.
    return isinstance(number, int) and not isinstance(number, bool)


def write_arrival(arrival: Arrival) -> str:
    """The arrival as JSON for the inbox. Its number and its user are stored beside it."""
    kept: dict[str, Any] = {
        "kind": arrival.kind,
        "chat": arrival.chat,
        "private": arrival.private,
        "message": arrival.message,
        "text": arrival.text,
        "press": arrival.press,
    }
    if arrival.reply_to is not None:
        kept["reply_to"] = arrival.reply_to
    if arrival.file is not None:
        kept["file"] = [arrival.file.number, arrival.file.name, arrival.file.size]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def read_kept(body: str, user: int, update: int, secret: str | None = None) -> Arrival:
    """The arrival that was written so. secret: its text, where that was sealed and not written."""
    kept = json.loads(body)
    file = kept.pop("file", None)
    arrival = Arrival(update=update, user=user, file=SentFile(*file) if file else None, **kept)
    return arrival if secret is None else replace(arrival, text=secret)
