"""Under which units do people, posts and units stand today? Asked for those who reach a part."""
