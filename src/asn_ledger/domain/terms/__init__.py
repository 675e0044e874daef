"""Terms of the law: ids, dates, ranks, kinds of post, codes. Nothing here knows an event."""
