"""All mutations, grouped by the package of the broken line."""

from tests.mutations.account_table import ACCOUNTS
from tests.mutations.administration_table import ADMINISTRATION
from tests.mutations.audit_table import AUDIT
from tests.mutations.file_table import FILES
from tests.mutations.form_table import FORMS
from tests.mutations.guess_table import GUESSES
from tests.mutations.mail_table import MAIL
from tests.mutations.member_table import MEMBERS
from tests.mutations.mutation import Mutation
from tests.mutations.operation_table import OPERATION
from tests.mutations.password_table import PASSWORDS
from tests.mutations.permission_table import PERMISSIONS
from tests.mutations.portal_page_table import PORTAL_PAGES
from tests.mutations.secret_table import SECRETS
from tests.mutations.session_table import SESSIONS
from tests.mutations.sign_in_table import SIGN_IN
from tests.mutations.web_table import WEB

MUTATIONS: tuple[Mutation, ...] = (
    *(*AUDIT, *PASSWORDS, *ACCOUNTS, *ADMINISTRATION, *FILES),
    *(*MAIL, *MEMBERS, *SIGN_IN, *WEB, *FORMS, *GUESSES, *SESSIONS, *PORTAL_PAGES),
    *(*PERMISSIONS, *OPERATION, *SECRETS),
)

# The tests that the security pages name and that no line of the product or its documents can break.
WITHOUT_MUTATION: frozenset[str] = frozenset()
