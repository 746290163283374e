"""E-mail: the letters and their templates, MIME messages and the SMTP client."""
