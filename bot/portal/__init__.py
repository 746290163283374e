"""The portal: the web site where users sign in, choose a password, and see their account."""
