"""What does this text name: a post, a person, a unit, a decree? Asked by everybody."""
