"""The interactions of members with the app, each of which ends in an `Answer`."""
