"""E-mail: the texts and templates of mails, their MIME messages, and the SMTP client."""
