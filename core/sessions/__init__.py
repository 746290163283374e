"""Portal sessions: the browsers in which users are signed in."""
