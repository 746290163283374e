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
│   ├── UsernameMailedError
│   ├── MemberTakenError
│   ├── OwnLinkError
│   ├── NameTakenError
│   ├── BadCountryError
│   ├── UnknownModuleError
│   ├── TextTooLongError
│   ├── RepeatedError
│   ├── BadFileError
│   ├── UnknownKeywordError
│   ├── BadWebSiteError
│   ├── BadCoordinatorError
│   ├── NotConfirmedError
│   └── WeakPasswordError
├── FormError               all that is wrong with one form
├── NotAllowedError         this person may not do this
│   ├── NotAUserError
│   ├── NotAdministratorError
│   ├── MemberRefusedError
│   ├── LastHolderError
│   ├── OwnPasswordError
│   ├── NobodyToAskError
│   ├── RestoreLapsedError
│   ├── StillManagesError
│   ├── NotAccessManagerError
│   ├── NotCoordinatorError
│   └── NotTranslatorError
├── NotFoundError           there is no such thing, or not for this person
├── ChangedMeanwhileError   somebody else was faster
│   ├── EditedMeanwhileError
│   ├── RequestClosedError
│   └── TaskClosedError
├── NothingToSendError      a delivery that cannot be sent again
├── ResetNeededError        likewise, and what helps instead
└── SignInError             the portal's door stays closed
    ├── SignInRefusedError
    ├── TemporaryLapsedError
    └── ThrottledError
"""

from core.errors.inputs import (
    BadCoordinatorError,
    BadCountryError,
    BadEmailError,
    BadFileError,
    BadNameError,
    BadPhoneError,
    BadUsernameError,
    BadWebSiteError,
    EmailTakenError,
    FileFault,
    FormError,
    InputError,
    MemberTakenError,
    NameFault,
    NameTakenError,
    NotConfirmedError,
    OwnLinkError,
    PasswordRule,
    RepeatedError,
    RequiredError,
    RuleError,
    TextTooLongError,
    UnknownKeywordError,
    UnknownLanguageError,
    UnknownModuleError,
    UnknownRoleError,
    UsernameFault,
    UsernameMailedError,
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
    NotAccessManagerError,
    NotAdministratorError,
    NotAllowedError,
    NotAUserError,
    NotCoordinatorError,
    NotFoundError,
    NothingToSendError,
    NotTranslatorError,
    OwnPasswordError,
    RequestClosedError,
    ResetNeededError,
    RestoreLapsedError,
    SignInError,
    SignInRefusedError,
    StillManagesError,
    TaskClosedError,
    TemporaryLapsedError,
    ThrottledError,
)

__all__ = [
    "BadCoordinatorError",
    "BadCountryError",
    "BadEmailError",
    "BadFileError",
    "BadNameError",
    "BadPhoneError",
    "BadUsernameError",
    "BadWebSiteError",
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
    "NotAccessManagerError",
    "NotAdministratorError",
    "NotAllowedError",
    "NotConfirmedError",
    "NotCoordinatorError",
    "NotFoundError",
    "NotTranslatorError",
    "NothingToSendError",
    "OwnLinkError",
    "OwnPasswordError",
    "PasswordRule",
    "RepeatedError",
    "RequestClosedError",
    "RequiredError",
    "ResetNeededError",
    "RestoreLapsedError",
    "RuleError",
    "SignInError",
    "SignInRefusedError",
    "StillManagesError",
    "TaskClosedError",
    "TemporaryLapsedError",
    "TextTooLongError",
    "ThrottledError",
    "UnknownKeywordError",
    "UnknownLanguageError",
    "UnknownModuleError",
    "UnknownRoleError",
    "UsernameFault",
    "UsernameMailedError",
    "UsernameTakenError",
    "WeakPasswordError",
]
