"""From an update of Telegram to its answer.

`intake.py` fetches updates, reads each by itself (`arrival.py`), turns strangers away (`admission.py`),
stores the rest and only then confirms them. `turns.py` claims what is stored, each user's updates in order
and the users by turns; `one_update.py` sees one of them through, and `answers.py` says what is answered to
it.
"""
