"""The conversation in a browser on this machine: a page with the chat, beside it the market and its clock.

`site.py` serves it, `guard.py` says to whom, `visitor.py` is one person's chat, `stage.py` the market that
all of them share. This room knows the conversation by a protocol alone, and nothing of commands or Telegram;
the page itself is in `static/`, plain HTML, CSS and JavaScript.
"""
