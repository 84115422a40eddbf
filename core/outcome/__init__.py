"""How a hedge went: how it stands now, its report, and where it missed. Pure."""
