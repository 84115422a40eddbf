"""Text that fits a phone, made of values that are already known.

One file for each command or subject; `notices/` has what is pushed. Whoever asks has looked everything up:
nothing here reads the database, asks a venue, calculates a hedge or knows Telegram. It may use `core` for its
types, and from `bot` only what reads typed words back (`bot.reading`).
"""
