"""Updates from Telegram: taken in, stored, admitted, and answered one user's after the other."""
