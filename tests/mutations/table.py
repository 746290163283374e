"""All mutations, grouped by the room of the broken line."""

from tests.mutations.account_table import ACCOUNTS
from tests.mutations.administration_table import ADMINISTRATION
from tests.mutations.audit_table import AUDIT
from tests.mutations.file_table import FILES
from tests.mutations.mail_table import MAIL
from tests.mutations.mutation import Mutation
from tests.mutations.password_table import PASSWORDS
from tests.mutations.sign_in_table import SIGN_IN
from tests.mutations.web_table import WEB

MUTATIONS: tuple[Mutation, ...] = (
    *(*AUDIT, *PASSWORDS, *ACCOUNTS, *ADMINISTRATION, *FILES),
    *(*MAIL, *SIGN_IN, *WEB),
)
