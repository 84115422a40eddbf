"""From an update of Telegram to its answer.

`intake.py` asks Telegram for updates, and confirms what is stored. `reception.py` reads each by itself
(`arrival.py`), turns strangers away (`admission.py`) and stores the rest. `turns.py` claims what is stored,
each user's updates in order and the users by turns; `one_update.py` sees one of them through, and
`answers.py` says what is answered to it.
"""
