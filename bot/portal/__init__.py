"""The portal: where users sign in, choose a password, and see their own account."""
