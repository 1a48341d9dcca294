"""What brings digests: senders with the limits that all processes on one database share."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from random import SystemRandom

from bot.domain.limits import MAIL, named_limits
from bot.ports import ChatAdapter, RateLimiter
from bot.settings import Settings
from bot.usecases.context import Context
from bot.usecases.delivery_record import DeliveryRecord, Patience
from bot.usecases.send_deliveries import Sender


def build_limiter(settings: Settings, context: Context) -> RateLimiter:
    from store.engine import SqlStore
    from store.rate_limiter import SqlRateLimiter

    assert isinstance(context.store, SqlStore)
    mail = replace(MAIL, per_second=settings.mail_per_s)
    return SqlRateLimiter(context.store, context.clock, named_limits(mail))


def build_sender(
    settings: Settings, context: Context, adapters: Mapping[str, ChatAdapter], limiter: RateLimiter
) -> Sender:
    """A sender to these platforms; it says itself what it may do, so any number of them may work."""
    patience = Patience(lease=timedelta(seconds=settings.lease_s))
    record = DeliveryRecord(context, patience, SystemRandom().random, settings.operator)
    return Sender(context, adapters, limiter, record)
