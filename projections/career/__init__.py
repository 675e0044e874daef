"""What happened to this person: posts, ranks, status, appraisals, in two times? Asked by HR, audit and the person."""
