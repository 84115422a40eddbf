"""How the parts of the program are put together, and what a running bot does again and again.

`opening.py` opens the database, the markets and the conversation for every way of running; `serve.py` runs
polling, jobs and delivery side by side; `doctor.py` looks at all of it before it runs. This room may use
everything in `bot` but the subcommands.
"""
