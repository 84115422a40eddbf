"""Pictures: figures drawn as SVG at the width of a phone, and made into PNG.

Each file draws pictures of one shape; its functions take figures and give a `Picture`
(`bot/wording/reply.py`) in light and in dark, with what it shows in words. `render.py` makes PNG of it, in
another thread. This room uses the wording of replies and `core`, and nothing of desk or commands.
`SourceSansPro-Regular.otf` is under the SIL Open Font License, see `OFL.txt`.
"""
