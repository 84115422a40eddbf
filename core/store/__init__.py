"""Everything that is stored: the database and its tables, and copies of it.

`database` opens it and gives transactions, `tables` says what is in it, `types` how exact numbers and moments
are kept, `migrations` brings an older one up to date. `user` holds the rows of one user, `queue` what is on
its way to or from users. `backup`, `copies` and `postgres_tools` make copies and put them back.

This room awaits. It may use SQLAlchemy, the pure rooms and `core.machine`, and nothing that fetches prices or
words answers.
"""
