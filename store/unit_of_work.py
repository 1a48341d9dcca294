"""One transaction and the repositories that work in it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from store.deliveries import SqlDeliveryRepository
from store.feedback import SqlFeedbackRepository
from store.impressions import SqlImpressionRepository
from store.installations import SqlInstallationRepository
from store.interests import SqlInterestRepository
from store.listings import SqlListingRepository
from store.mailboxes import SqlMailboxRepository
from store.papers import SqlPaperRepository
from store.people import SqlPeopleRepository
from store.profiles import SqlProfileRepository
from store.score_histories import SqlScoreHistoryRepository
from store.segments import SqlSegmentRepository
from store.state import SqlStateRepository
from store.submissions import SqlSubmissionRepository
from store.subscriptions import SqlSubscriptionRepository


class SqlUnitOfWork:
    """`bot.ports.UnitOfWork`: every repository on the one connection of the transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.papers = SqlPaperRepository(connection)
        self.listings = SqlListingRepository(connection)
        self.people = SqlPeopleRepository(connection)
        self.interests = SqlInterestRepository(connection)
        self.feedback = SqlFeedbackRepository(connection)
        self.impressions = SqlImpressionRepository(connection)
        self.profiles = SqlProfileRepository(connection)
        self.submissions = SqlSubmissionRepository(connection)
        self.subscriptions = SqlSubscriptionRepository(connection)
        self.deliveries = SqlDeliveryRepository(connection)
        self.score_histories = SqlScoreHistoryRepository(connection)
        self.mailboxes = SqlMailboxRepository(connection)
        self.segments = SqlSegmentRepository(connection)
        self.installations = SqlInstallationRepository(connection)
        self.state = SqlStateRepository(connection)
