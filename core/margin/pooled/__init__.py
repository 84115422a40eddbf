"""Accounts whose shorts share what backs them: cash, coins at the venue's ratios, debts, and how they end.

`terms` has what each venue does, as data with its source and date; `ratios` what is assumed of collateral
where nothing was read. `debt` is about what such an account owes, `portfolio` about margin by risk, `pool` is
one account with its equity and maintenance. `path` finds where a market's rise or fall liquidates it, `odds`
how likely that is.
"""
