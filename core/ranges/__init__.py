"""How far off a forecast may be: between which two figures the outcome lies four times in five.

`spread` has what was measured, as constants; `outcome` gives the ranges of a plan over its horizon and in a
fall, `paid` those of funding, `promised` all that a plan says, to be kept with the hedge.

Everything is pure. The room may use the plan (`core.hedge`) and what that stands on.
"""
