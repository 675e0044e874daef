"""Files that people signed with a TTE elsewhere and hand in, as signatures that the ledger keeps.

`handed_in` takes them. A file is hostile until the contrary is shown: `reading` reads it, with pyHanko, in a process of
its own with little memory and time, and gives back the parts of the signature or the one reason why not. Then the
ledger's own check follows, the one that an audit repeats; only what both believe is taken.
"""
