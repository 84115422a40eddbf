"""What a portfolio is worth and how it moves: exposure, returns, covariances and betas.

`exposure` values the holdings, `beta` has daily returns and their covariance, `breaks` tells a change of a
coin's unit from a crash, `sample` aligns the returns that a hedge is measured on, `subset` finds the best
legs, `estimator` and `regression` hold the ways to estimate a beta, `rolling` and `risk` look at them over
time and after the fact.

Everything is pure. Money is Decimal until it is a share of the portfolio; from there on everything is
float64. The room may use numpy and `core.domain`, and nothing else of the program.
"""
