"""What a short pays and costs while it is held: funding, basis, fees and spread, at one venue or compared.

Everything is pure. The room may use `core.domain` and nothing else of the program.
"""
