"""Whether the program works, and who is told when it does not.

Whoever notices a trouble reports it to `troubles.py`; /healthz, /metrics, /status, systemd and the owner are
told by the others. This room may use `bot.wording` for what the owner reads, and nothing of commands or
Telegram.
"""
