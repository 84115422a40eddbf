"""Everything that is kept: the database, its tables, and the copies of it.

One room for a user's rows, one for queues.
"""
