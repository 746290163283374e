"""Tests that a checkpoint's MAC shows that the product signed it (D22)."""

from dataclasses import replace
from datetime import timedelta

from core.audit.checkpoints import Checkpoint, is_signed_with, signed
from core.secret import Secret
from tests.times import NOON

KEY, OLD = Secret("new key"), Secret("old key")


def test_a_checkpoint_is_valid_with_the_present_or_an_earlier_key() -> None:
    checkpoint = signed(Checkpoint(7, "entry_hash", NOON, 6), OLD)

    assert is_signed_with(checkpoint, (KEY, OLD))
    assert not is_signed_with(checkpoint, (KEY,))
    assert not is_signed_with(replace(checkpoint, number=8), (KEY, OLD))
    assert not is_signed_with(replace(checkpoint, entry_hash="lion"), (KEY, OLD))
    assert not is_signed_with(replace(checkpoint, made_at=NOON + timedelta(1)), (KEY, OLD))
    assert not is_signed_with(replace(checkpoint, previous_number=5), (KEY, OLD))
