"""What a command is, what it may use, and which lines it may not keep.

The desk is made anew for each line of a user: their book, the snapshot of their venue, the time. This room
may use `bot.health`, `bot.wording` and `bot.reading`, and the database and the watch of `core`; it knows no
command.
"""
