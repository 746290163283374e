"""Every refusal of the rules: small classes that carry data, worded in `handlers/refusal_texts`.

A new refusal needs a class in one of the two modules below and its words, nothing else. These are
the classes that others derive from, the ones to catch:

RuleError
├── InputError              a field is not acceptable; `field` says which
├── NotAllowedError         this person may not do this
├── ChangedMeanwhileError   somebody else was faster
└── SignInError             the portal refuses the sign-in

`FormError` holds all `InputError`s of one form.
"""

# Wildcards, so that a new class is exported without a second edit.
from core.errors.inputs import *  # noqa: F403
from core.errors.refusals import *  # noqa: F403
