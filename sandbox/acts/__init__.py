"""What people do in Slack, one file a kind of act; each ends in an Answer."""
