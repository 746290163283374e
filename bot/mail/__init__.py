"""E-mail: the letters, their templates, MIME messages and the SMTP client."""
