"""Sign-in: the portal's door and its sessions."""
