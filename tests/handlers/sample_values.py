"""Sample values of core for tests of views."""

from core.authorities.rules import Authority
from core.deliveries.rules import Delivery, DeliveryKind, DeliveryState
from core.home.attention import AttentionItems
from core.members.rules import MemberKey
from core.resets.rules import RequestSource, ResetRequest, ResetRequestState
from core.role_keys import ADMINISTRATOR, RoleKey
from core.users.rules import User
from core.users.status import AccountStatus
from tests.times import NOON

HEALTH = Authority(
    id=1,
    official_name="The Health & Care Agency",
    informal_title="Health & Care",
    email="office@health.example",
    country="DK",
    access_manager=False,
    team_channel="C0TEAM",
    registered_at=NOON,
    modules=("PR",),
)
IDA = User(
    id=7,
    authority_id=1,
    first_name="Ida",
    last_name="Møller",
    language="en",
    email="ida@health.example",
    phone="+4533445566",
    username="imoeller",
    member=MemberKey("T0IMI", "U0IDA"),
    status=AccountStatus(None, None, None, None, temporary=False),
    wrong_passwords=0,
    password_id=None,
    registered_at=NOON,
    last_signed_in_at=None,
    username_handed_over_at=None,
    removed_at=None,
    roles=(ADMINISTRATOR, RoleKey("PR", "BASIC")),
)
WAITING_USERNAME = Delivery(
    id=3,
    key="username:7:1",
    kind=DeliveryKind.USERNAME,
    authority_id=1,
    user_id=7,
    by_user_id=None,
    serial=1,
    state=DeliveryState.WAITING,
    attempts=0,
    due_at=NOON,
    queued_at=NOON,
    done_at=None,
    reason=None,
)
A_REQUEST = ResetRequest(
    id=5,
    user_id=7,
    authority_id=1,
    source=RequestSource.SLACK,
    state=ResetRequestState.OPEN,
    requested_at=NOON,
    decided_at=None,
    decided_by=None,
    reason="",
)
NO_ATTENTION_ITEMS = AttentionItems()
