"""The portal: the website where users sign in, choose a password, and see their account."""
