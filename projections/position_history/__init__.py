"""Who held this post, when, in what capacity, by which decree; when was it vacant? Asked by everybody."""
