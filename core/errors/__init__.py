"""All refusals, as exception classes with data; `handlers/refusal_texts.py` has their texts.

A refusal is an expected error that is shown to the user. A new one needs a class in `files.py`,
`inputs.py` or `refusals.py`, and its text. Catch these base classes:

RuleError
├── InputError              a field is not acceptable; `field` says which
│   └── BadPhoneError       the number is not a telephone number
├── NotAllowedError         this person may not do this
├── ChangedMeanwhileError   somebody else was faster
└── SignInError             the portal refuses the sign-in

`FormError` holds all `InputError`s of one form.
"""

# Wildcards, so that a new class is exported without a second edit.
from core.errors.files import *  # noqa: F403
from core.errors.inputs import *  # noqa: F403
from core.errors.refusals import *  # noqa: F403
