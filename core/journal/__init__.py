"""What happened: fills and corrections, never changed, and the positions and episodes that follow from them.

Pure.
"""
