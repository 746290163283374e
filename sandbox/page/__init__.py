"""The sandbox's web page, which shows the workspace and the mailbox to a person.

It consists of a JSON API and the files in `static/`.
"""
