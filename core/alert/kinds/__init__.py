"""One file a kind of alert: what it watches, and how that is measured."""
