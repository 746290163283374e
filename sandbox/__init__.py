"""A Slack workspace and a mailbox on loopback, for the demo and the tests."""

from sandbox.clock import SandboxClock as SandboxClock
from sandbox.delivery_http import signed_headers as signed_headers
from sandbox.errors import NothingThereError as NothingThereError
from sandbox.installs import AppInstall as AppInstall
from sandbox.mailbox import Mail as Mail
from sandbox.members import Channel as Channel
from sandbox.members import Member as Member
from sandbox.members import Team as Team
from sandbox.messages import Message as Message
from sandbox.records import Answer as Answer
from sandbox.records import Call as Call
from sandbox.slack import Sandbox as Sandbox
from sandbox.snapshots import Snapshot as Snapshot
