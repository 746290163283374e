"""A simulated Slack workspace and an SMTP server on loopback, for the demo and the tests.

In these modules, "the app" is the Slack app that is installed in the simulated workspace, and "a
member" is a simulated person.
"""

from sandbox.delivery.answers import Answer as Answer
from sandbox.delivery.http import signed_headers as signed_headers
from sandbox.errors import NotFoundError as NotFoundError
from sandbox.mailbox import Mail as Mail
from sandbox.sandbox import Sandbox as Sandbox
from sandbox.snapshots import Snapshot as Snapshot
from sandbox.state.app_install import AppInstall as AppInstall
from sandbox.state.clock import SandboxClock as SandboxClock
from sandbox.state.members import Channel as Channel
from sandbox.state.members import Member as Member
from sandbox.state.members import Team as Team
from sandbox.state.messages import Message as Message
from sandbox.webapi.calls import Call as Call
