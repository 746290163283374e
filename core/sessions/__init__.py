"""Sessions of the portal: browsers that are signed in."""
