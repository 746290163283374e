"""Every refusal the rules can give, as a tree of small classes that carry data, not words.

RuleError
├── InputError              something typed is not acceptable; `field` says where
│   ├── RequiredError
│   ├── BadNameError
│   ├── BadEmailError
│   ├── BadPhoneError
│   ├── BadUsernameError
│   ├── UnknownLanguageError
│   ├── UnknownRoleError
│   ├── EmailTakenError
│   ├── UsernameTakenError
│   ├── MemberTakenError
│   ├── NameTakenError
│   ├── BadCountryError
│   ├── UnknownModuleError
│   ├── TextTooLongError
│   ├── RepeatedError
│   ├── BadFileError
│   └── WeakPasswordError
├── FormError               all that is wrong with one form
├── NotAllowedError         this person may not do this
│   ├── NotAUserError
│   ├── NotAdministratorError
│   ├── MemberRefusedError
│   ├── LastHolderError
│   ├── OwnPasswordError
│   ├── NobodyToAskError
│   └── RestoreLapsedError
├── NotFoundError           there is no such thing, or not for this person
├── ChangedMeanwhileError   somebody else was faster
│   ├── EditedMeanwhileError
│   └── RequestClosedError
├── NothingToSendError      a delivery that cannot be sent again
└── SignInError             the portal's door stays closed
    ├── SignInRefusedError
    ├── TemporaryLapsedError
    └── ThrottledError
"""

from core.errors.inputs import (
    BadCountryError,
    BadEmailError,
    BadFileError,
    BadNameError,
    BadPhoneError,
    BadUsernameError,
    EmailTakenError,
    FileFault,
    FormError,
    InputError,
    MemberTakenError,
    NameFault,
    NameTakenError,
    PasswordRule,
    RepeatedError,
    RequiredError,
    RuleError,
    TextTooLongError,
    UnknownLanguageError,
    UnknownModuleError,
    UnknownRoleError,
    UsernameFault,
    UsernameTakenError,
    WeakPasswordError,
)
from core.errors.refusals import (
    ChangedMeanwhileError,
    EditedMeanwhileError,
    LastHolderError,
    MemberFault,
    MemberRefusedError,
    NobodyToAskError,
    NotAdministratorError,
    NotAllowedError,
    NotAUserError,
    NotFoundError,
    NothingToSendError,
    OwnPasswordError,
    RequestClosedError,
    RestoreLapsedError,
    SignInError,
    SignInRefusedError,
    TemporaryLapsedError,
    ThrottledError,
)

__all__ = [
    "BadCountryError",
    "BadEmailError",
    "BadFileError",
    "BadNameError",
    "BadPhoneError",
    "BadUsernameError",
    "ChangedMeanwhileError",
    "EditedMeanwhileError",
    "EmailTakenError",
    "FileFault",
    "FormError",
    "InputError",
    "LastHolderError",
    "MemberFault",
    "MemberRefusedError",
    "MemberTakenError",
    "NameFault",
    "NameTakenError",
    "NobodyToAskError",
    "NotAUserError",
    "NotAdministratorError",
    "NotAllowedError",
    "NotFoundError",
    "NothingToSendError",
    "OwnPasswordError",
    "PasswordRule",
    "RepeatedError",
    "RequestClosedError",
    "RequiredError",
    "RestoreLapsedError",
    "RuleError",
    "SignInError",
    "SignInRefusedError",
    "TemporaryLapsedError",
    "TextTooLongError",
    "ThrottledError",
    "UnknownLanguageError",
    "UnknownModuleError",
    "UnknownRoleError",
    "UsernameFault",
    "UsernameTakenError",
    "WeakPasswordError",
]
