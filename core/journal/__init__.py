"""What happened to a user's hedges: the journal of fills and corrections, and everything that follows from
it.

An entry of the journal is never changed; a mistake is taken back by a later entry. From the entries follow
the positions (`journal`), the life of one hedge (`episode`), what has become of a position without the user's
doing (`fate`, `ended`), and the corrections that the user asks for (`correction`). `doubt` says what speaks
against a fill, `sync` compares the book with what a venue reports.

Everything is pure and exact. The room may use `core.domain` and nothing else of the program.
"""
