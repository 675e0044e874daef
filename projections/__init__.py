"""The read models: one folder per question, each deletable with one line here."""
