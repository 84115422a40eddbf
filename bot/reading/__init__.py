"""What people type, read into values: numbers, holdings, tables, times, wishes, fills, venues.

What cannot be read is refused with one sentence that says what to type instead. This room uses the types of
`core`, and neither the database nor anything else of `bot`.
"""
