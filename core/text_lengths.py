"""The maximum lengths of stored texts, in characters.

A column, its form field and the check of the field use the same constant.
"""

LONGEST_PERSON_NAME = 80  # first and last name, each
LONGEST_EMAIL = 320
LONGEST_PHONE = 20
LONGEST_REASON = 300  # why a request for a reset was declined
LONGEST_REPORT = 1000  # which detail of theirs a user reports as wrong

LONGEST_OFFICIAL_NAME = 300
LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 1500
LONGEST_ADDRESS = 300
LONGEST_PLACE = 100
LONGEST_WEB_SITE = 300

LONGEST_CODE = 30  # the code of a module or a role in the catalogue
LONGEST_SLACK_ID = 20
LONGEST_ERROR_NAME = 60  # the type of the error that a job ended with
