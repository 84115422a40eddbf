"""What several commands do with a hedge: plan it, record fills of it, ask what became of it, report on it.

These modules use the desk and the words for answers. They know no command and no front end.
"""
