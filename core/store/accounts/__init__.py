"""How far the connected accounts of users were read, and what of them the journals have.

It may use all of `core.store`, and is used by what reads accounts and by what lists them.
"""
