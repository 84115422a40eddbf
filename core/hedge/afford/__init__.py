"""The hedge that one can afford: the most risk removed for the cash and the coins there are.

`within` is the door. `ways` has the legs that compete for what there is, `purse` says what a purse must
answer and finds the best way that one pays for. `isolated` is the purse of shorts with a margin each.
"""
