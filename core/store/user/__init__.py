"""What is stored about one user. No call here can read or change the rows of another user.

`book` is the door to all of it; `ledger`, `alerts`, `topic` and `keys` are its parts. `own` makes sure that a
change is made wholly and only once. The rest turns rows into values and back.
"""
