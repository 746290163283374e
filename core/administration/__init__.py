"""Administration: changes that administrators and access managers make to authorities."""
