"""What the core needs from the world, as protocols. Adapters and the store implement them; tests fake some of them."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from bot.domain.chat import Address, Handler, Json, Message, Receipt
from bot.domain.delivery import (
    Composed,
    Delivery,
    DeliveryId,
    DeliveryState,
    PlannedDelivery,
    SubscriptionId,
)
from bot.domain.feedback import Feedback, Impression, Reaction
from bot.domain.installation import Installation
from bot.domain.listing import FeedRequest, Listing, ListingHead
from bot.domain.page import PaperVersion, Shelf
from bot.domain.paper import Paper, PaperId, PaperKey
from bot.domain.person import Account, LinkCode, Person, PersonId
from bot.domain.profile import Interest, KnownPaper, Profile
from bot.domain.profile_vector import ProfileVector
from bot.domain.ranking import StoredSegment
from bot.domain.search_query import SearchQuery
from bot.domain.span import Span
from bot.domain.submission import Submission
from bot.domain.subscription import Subscription
from bot.domain.trending import Votes


class Clock(Protocol):
    def now(self) -> datetime:
        """The current moment, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class FetchError(Exception):
    """A source could not be read. The text says why, in words for the person who asked.

    `offline` means that no connection came about at all; `retry_after_s` is what the source asked for.
    """

    def __init__(self, message: str, *, offline: bool = False, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.offline = offline
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional request sends back: the answer's ETag and Last-Modified, empty where it had none."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body of at most 50 MiB, already decompressed; `body` is None where nothing changed since `validators`."""

    url: str
    body: bytes | None
    content_type: str
    validators: Validators


class Fetcher(Protocol):
    async def fetch(
        self, request: FeedRequest, *, validators: Validators | None = None, timeout_s: float | None = None
    ) -> Fetched:
        """One politely timed GET. An HTTP error whose body is a feed's own error answer is returned as a body.

        Raises FetchError.
        """
        ...

    async def close(self) -> None: ...


Outcome = Literal["new", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Upserted:
    """What storing a paper did. `paper` is as stored (key, first_seen_at, merged fields).

    `reindex` says that its words, dates or names changed (or it is new), so the term index must take it anew.
    `absorbed` are the keys of papers that turned out to be this one and were merged into it, feedback kept.
    """

    paper: Paper
    outcome: Outcome
    reindex: bool
    absorbed: tuple[PaperKey, ...] = ()


class PaperRepository(Protocol):
    async def upsert(self, papers: Sequence[Paper], seen_at: datetime) -> list[Upserted]:
        """Store a batch (at most 5,000), results in order; two records of one paper are one paper.

        Identity: same id; same DOI; a record whose id is its title's hash joins the one stored paper with that title
        key, and a stored title-hash paper is renamed when the identified paper with its title arrives. Old ids go on
        finding the paper. Empty fields never overwrite what is known; of text the newer version wins.
        """
        ...

    async def find(self, paper_id: PaperId) -> Paper | None: ...

    async def find_many(self, ids: Sequence[PaperId]) -> dict[PaperId, Paper]:
        """Missing ones are left out. Keys are the ids asked for (old ids find the paper they were merged into).

        A title's hash finds the one real paper with that title, whatever its id.
        """
        ...

    async def by_keys(self, keys: Sequence[PaperKey]) -> dict[PaperKey, Paper]: ...

    async def changed_since(self, revision: int, limit: int) -> tuple[list[Paper], list[PaperKey], int]:
        """What changed after `revision`, oldest first: papers, keys deleted since, and the last revision seen."""
        ...

    async def count_changed(self, revision: int) -> int:
        """How many papers changed or were deleted after `revision`."""
        ...

    async def revision(self) -> int:
        """The latest revision: a reader whose cursor is there has seen every change."""
        ...

    async def count(self, *, samples: bool | None = None) -> int:
        """How many papers there are: all (None), only samples (True) or only real ones (False)."""
        ...

    async def delete_samples(self) -> list[PaperKey]:
        """Remove the bundled samples with everything that hangs on them; their keys come back."""
        ...

    async def votes(self, since: datetime, limit: int) -> list[Votes]:
        """The counts behind trending, in no order: of papers new since then with upvotes, and of all that somebody
        here reacted to since then; each of both at most the `limit` with the most votes for them."""
        ...

    async def likes(self, since: datetime, limit: int) -> dict[PaperKey, tuple[int, int]]:
        """Of the papers that somebody here reacted to since then, the `limit` with the most likes: how many readers
        like or saved each, and how many dislike it."""
        ...

    async def versions(self, key: PaperKey) -> list[PaperVersion]:
        """The texts of a paper that newer ones replaced, the oldest first."""
        ...

    async def prune_versions(self, before: datetime) -> int:
        """Delete the texts that a newer version replaced before then."""
        ...

    async def latest_announcement(self) -> datetime | None:
        """The latest announced_at of any real paper."""
        ...


class ListingRepository(Protocol):
    async def put(self, head: ListingHead, papers: Sequence[PaperKey]) -> None:
        """Store a page; a second reading of the same source and day replaces it."""
        ...

    async def latest(self, source: str | None = None) -> Listing | None: ...

    async def shelf(self, span: Span) -> Shelf:
        """What pages of these days listed, what readers submitted on them, what was announced on them, and what was
        first seen then of the rest; days are UTC's. What came because somebody named it is on no shelf but as listed,
        submitted or announced."""
        ...

    async def day_of(self, paper: PaperKey) -> date | None:
        """The latest day whose page lists the paper."""
        ...

    async def days_beside(self, first: date, last: date) -> tuple[date | None, date | None]:
        """The nearest days before `first` and after `last` that have papers."""
        ...


class SubmissionRepository(Protocol):
    """Papers that readers put on the page; each has one submitter."""

    async def put(self, submission: Submission) -> bool:
        """False for a paper that somebody submitted already, and where the paper or the person is gone."""
        ...

    async def find(self, paper: PaperKey) -> Submission | None: ...

    async def of_person(self, person_id: PersonId) -> Sequence[Submission]:
        """The latest first."""
        ...

    async def remove(self, person_id: PersonId, paper: PaperKey) -> bool:
        """Whether it was theirs and is gone."""
        ...


class PeopleRepository(Protocol):
    async def ensure(self, account: Account, now: datetime) -> Person:
        """The person behind an account, made if new."""
        ...

    async def find(self, account: Account) -> Person | None:
        """The person behind an account, or None."""
        ...

    async def get(self, person_id: PersonId) -> Person: ...

    async def hold(self, person_id: PersonId) -> bool:
        """Let nobody else hold the person until this transaction ends; False if they are gone."""
        ...

    async def join(self, keep: PersonId, merge: PersonId) -> None:
        """Make two people one: accounts, interests, feedback, impressions, subscription (the kept one's wins)."""
        ...

    async def split(self, account: Account, now: datetime) -> Person:
        """Give an account a person of its own again, with nothing but itself."""
        ...

    async def erase(self, person_id: PersonId) -> None:
        """Remove the person whole: accounts, interests, profile, feedback, impressions, subscription, lists, codes,
        submissions."""
        ...

    async def put_link_code(self, code: LinkCode) -> None: ...

    async def take_link_code(self, code: str, now: datetime) -> LinkCode | None:
        """The code if it is still good; it works once."""
        ...


class InterestRepository(Protocol):
    async def all(self, person_id: PersonId) -> list[Interest]:
        """Oldest first."""
        ...

    async def add(self, person_id: PersonId, interest: Interest) -> bool:
        """False if the person has it already (case and spaces do not count)."""
        ...

    async def remove(self, person_id: PersonId, interest: Interest) -> bool: ...

    async def clear(self, person_id: PersonId) -> int: ...


class FeedbackRepository(Protocol):
    async def append(self, events: Sequence[Feedback]) -> None: ...

    async def active(self, person_id: PersonId, papers: Sequence[PaperKey]) -> dict[PaperKey, frozenset[Reaction]]:
        """What is active now for these papers (papers with nothing are left out)."""
        ...

    async def reacted(self, person_id: PersonId) -> dict[PaperKey, dict[Reaction, datetime]]:
        """Every paper with an active reaction: reaction -> when it was set."""
        ...

    async def reacted_by(self, people: Sequence[PersonId], since: datetime) -> list[tuple[PersonId, PaperKey]]:
        """Who of these people has an active reaction to which paper, of those that are fresh since then; each once."""
        ...

    async def known_papers(self, person_id: PersonId, limit: int) -> list[KnownPaper]:
        """The papers with an active reaction other than click, latest first, with their texts."""
        ...

    async def log(self, person_id: PersonId) -> list[Feedback]:
        """Every event, oldest first."""
        ...

    async def reset(self, person_id: PersonId) -> int:
        """Forget all feedback of a person (the start of a fresh profile); how many events went."""
        ...


class ImpressionRepository(Protocol):
    async def append(self, impressions: Sequence[Impression]) -> None: ...

    async def seen(self, person_id: PersonId) -> frozenset[PaperKey]: ...

    async def seen_by(self, people: Sequence[PersonId], since: datetime) -> list[tuple[PersonId, PaperKey]]:
        """Who of these people was shown which paper, of the papers that are fresh since then; each once."""
        ...

    async def log(self, person_id: PersonId) -> list[Impression]: ...


class ProfileRepository(Protocol):
    async def find(self, person_id: PersonId) -> Profile | None:
        """The profile as it was learned last, None for one that is outdated."""
        ...

    async def outdate(self, person_id: PersonId, at: datetime) -> None:
        """Something was said that the profile does not know: until it is learned anew it is outdated."""
        ...

    async def outdated_at(self, person_id: PersonId) -> datetime | None:
        """When the last of what a profile does not know was said; None for one that knows everything."""
        ...

    async def outdated(self, until: datetime, limit: int) -> list[PersonId]:
        """Whose profile is outdated, and nothing was said after `until`; the longest waiting first."""
        ...

    async def put(self, profile: Profile, outdated_at: datetime | None = None) -> bool:
        """Store a profile. `outdated_at` was read in one transaction with all that it was learned from: False, and
        nothing is stored, if more was said since, if a later one is stored already, or if the person is gone."""
        ...

    async def vectors(self, after: PersonId, limit: int) -> list[ProfileVector]:
        """The numbers of the next `limit` profiles after a person, in order of person id: to read everybody's, a
        chunk at a time. Those of one that is outdated are empty, and from long ago."""
        ...

    async def vectors_of(self, people: Sequence[PersonId]) -> list[ProfileVector]:
        """The numbers of these people's profiles, in order of person id; who has none is left out."""
        ...

    async def oldest(self, before: datetime, limit: int) -> list[PersonId]:
        """Whose profile was made before then, the oldest first."""
        ...

    async def drop(self, person_id: PersonId) -> None: ...


class SubscriptionRepository(Protocol):
    async def find(self, person_id: PersonId) -> Subscription | None: ...

    async def hold(self, person_id: PersonId) -> Subscription | None:
        """`find`, and nobody else plans or changes it before this transaction ends."""
        ...

    async def find_many(self, ids: Sequence[SubscriptionId]) -> dict[SubscriptionId, Subscription]: ...

    async def put(self, subscription: Subscription) -> SubscriptionId:
        """Store a person's one subscription; its `id` is not read: the row of a person stays the same, with its
        ledger. A LookupError for a person who is not there."""
        ...

    async def remove(self, person_id: PersonId) -> bool: ...

    async def due(self, now: datetime, limit: int) -> list[Subscription]:
        """Whose `next_due_at` has come, the longest due first; on PostgreSQL locked, without those another has."""
        ...

    async def advance(self, moved: Sequence[Subscription]) -> None:
        """Store `next_period` and `next_due_at` of subscriptions that `due` gave in this transaction."""
        ...

    async def next_due_at(self) -> datetime | None:
        """When the next one is due."""
        ...

    async def disable(self, subscription_id: SubscriptionId, reason: str, at: datetime) -> bool:
        """Stop its digests; False where it is gone or disabled already."""
        ...

    async def count(self) -> tuple[int, int]:
        """(active, disabled)."""
        ...


class DeliveryRepository(Protocol):
    """The ledger. Every change of state is compare-and-set: what another worker changed meanwhile is left alone."""

    async def plan(self, planned: Sequence[PlannedDelivery], now: datetime) -> int:
        """New rows; one whose (subscription, kind, period) is there already is left out. How many were new."""
        ...

    async def due_ids(self, now: datetime) -> list[DeliveryId]:
        """Digests in the state `due`, in order of id."""
        ...

    async def due_among(self, ids: Sequence[DeliveryId]) -> list[Delivery]:
        """Those of them that are still `due`, in order of id; on PostgreSQL locked, those that another has left out."""
        ...

    async def composed(self, results: Sequence[Composed], now: datetime) -> int:
        """`due` -> `composed` (to be claimed from its due time on) or `skipped`. How many it was."""
        ...

    async def readdress(self, subscription_id: SubscriptionId, address: Address) -> int:
        """Its digests that nobody has begun or is about to begin go to this place now. How many it was."""
        ...

    async def claim(
        self,
        platforms: Sequence[str],
        now: datetime,
        lease_until: datetime,
        limit: int,
        *,
        only: PersonId | None = None,
    ) -> list[Delivery]:
        """`composed` or `retry`, whose `retry_at` has come, for these platforms -> `sending`, the longest due first; of
        everybody, or of one person `only`."""
        ...

    async def start(self, delivery: Delivery) -> bool:
        """Store the `entries` and `parts` of a delivery in `sending`, before its first part; False if it is not ours
        any more (its lease ran out)."""
        ...

    async def save_parts(self, delivery: Delivery, now: datetime) -> bool:
        """Store the `parts` and the `lease_until` of a delivery in `sending`; False if it is not ours any more."""
        ...

    async def finish(
        self,
        delivery: Delivery,
        state: DeliveryState,
        now: datetime,
        *,
        reason: str = "",
        retry_at: datetime | None = None,
    ) -> bool:
        """`sending` or `unknown` -> another state, its `parts` stored; False if somebody else did. `retry_at` is when a
        `retry` may be claimed, or an `unknown` be looked up, and is None for an unknown that is left for good."""
        ...

    async def expire(self, now: datetime) -> int:
        """`sending` whose lease ran out -> `unknown` where a part went out without an answer, else `retry`."""
        ...

    async def miss(self, before: datetime, now: datetime) -> int:
        """`composed` that were due before then -> `skipped` as missed: nobody brings anything to their platform any
        more. How many it was."""
        ...

    async def unknown(
        self,
        platforms: Sequence[str],
        now: datetime,
        lease_until: datetime,
        limit: int,
        *,
        only: PersonId | None = None,
    ) -> list[Delivery]:
        """`unknown` that may be looked up now (`retry_at` has come), leased: nobody else is given them until then."""
        ...

    async def open_entries(self, people: Sequence[PersonId]) -> list[tuple[PersonId, PaperKey]]:
        """What is on its way to whom: the entries of deliveries that are open."""
        ...

    async def log(self, person_id: PersonId, limit: int) -> list[Delivery]:
        """A person's deliveries, latest first."""
        ...

    async def counts(
        self, due_from: datetime | None = None, due_until: datetime | None = None
    ) -> dict[DeliveryState, int]:
        """How many there are in each state (states without any are left out): of all, or of those due then."""
        ...

    async def oldest_open(self) -> datetime | None:
        """The due time of the delivery that waits longest (`due`, `composed`, `retry`)."""
        ...

    async def last_sent_at(self) -> datetime | None: ...

    async def next_at(self, platforms: Sequence[str]) -> datetime | None:
        """When the next one may be claimed, looked up or expires."""
        ...

    async def prune(self, before: datetime) -> int:
        """Delete what ended (sent, failed, skipped, unknown for good) before then."""
        ...


class ScoreHistoryRepository(Protocol):
    """What was scored for people lately: thresholds are percentiles of it."""

    async def of(self, people: Sequence[PersonId]) -> dict[PersonId, bytes]:
        """As `bot.ranking.score_history` encodes it; who has none is left out."""
        ...

    async def put(self, histories: Mapping[PersonId, bytes]) -> None: ...


class SegmentRepository(Protocol):
    """The term index's segments (bot.ranking.segment encodes and decodes the payloads)."""

    async def ids(self) -> list[tuple[int, int]]:
        """(id, documents) of every segment, ids rising."""
        ...

    async def load(self, ids: Sequence[int]) -> list[StoredSegment]: ...

    async def append(self, documents: int, payload: bytes) -> int: ...

    async def replace(self, old: Sequence[int], documents: int, payload: bytes) -> int | None:
        """Put one merged segment in the place of `old`; its new id, or None (nothing done) if any of `old` is gone.

        The merged segment takes the place of the newest of `old` in the order of segments.
        """
        ...


@dataclass(frozen=True, slots=True)
class ShownList:
    """The last list a person was shown; `context` is the caller's note on what was asked for."""

    papers: tuple[PaperId, ...] = ()
    context: str = ""


class StateRepository(Protocol):
    """Small things that outlive a process: last lists shown, feeds' validators and times, cursors."""

    async def put_list(
        self, address: Address, person_id: PersonId, papers: Sequence[PaperId], context: str = ""
    ) -> None: ...

    async def find_list(self, address: Address, person_id: PersonId) -> ShownList:
        """The last list shown there to this person, empty if none."""
        ...

    async def get_value(self, key: str) -> str | None: ...

    async def put_value(self, key: str, value: str) -> None: ...

    async def prune_limits(self, before: datetime) -> int:
        """Forget the shared rate limits of what nothing was asked of since then. How many it was."""
        ...


class InstallationRepository(Protocol):
    """Into which workspaces of its platforms Paperboy was let."""

    async def find(self, platform: str, workspace: str) -> Installation | None: ...

    async def put(self, installation: Installation) -> None:
        """Store it in the place of an earlier one of the workspace."""
        ...

    async def remove(self, platform: str, workspace: str) -> bool: ...


class MailboxRepository(Protocol):
    """What is kept of people who read by mail or by a feed of their own."""

    async def bounced(self, person_id: PersonId, mail: str, status: str, at: datetime, since: datetime) -> int:
        """A mail (its token) came back for good; the same one counts once. How many did since then."""
        ...

    async def bounces(self, person_id: PersonId) -> list[tuple[str, str, datetime]]:
        """(mail, status, when) of every one, oldest first."""
        ...

    async def forget_bounces(self, person_id: PersonId) -> None: ...

    async def put_feed(self, person_id: PersonId, secret: str, at: datetime) -> None:
        """From now on this is the secret of the person's feed, and no other."""
        ...

    async def drop_feed(self, person_id: PersonId) -> None: ...

    async def feed_of(self, person_id: PersonId) -> str | None:
        """The secret, None where there is no feed."""
        ...

    async def feed_owner(self, secret: str) -> PersonId | None: ...


class UnitOfWork(Protocol):
    """One transaction: committed when its block ends well, rolled back when it raises."""

    @property
    def papers(self) -> PaperRepository: ...
    @property
    def listings(self) -> ListingRepository: ...
    @property
    def submissions(self) -> SubmissionRepository: ...
    @property
    def people(self) -> PeopleRepository: ...
    @property
    def interests(self) -> InterestRepository: ...
    @property
    def feedback(self) -> FeedbackRepository: ...
    @property
    def impressions(self) -> ImpressionRepository: ...
    @property
    def profiles(self) -> ProfileRepository: ...
    @property
    def subscriptions(self) -> SubscriptionRepository: ...
    @property
    def deliveries(self) -> DeliveryRepository: ...
    @property
    def score_histories(self) -> ScoreHistoryRepository: ...
    @property
    def mailboxes(self) -> MailboxRepository: ...
    @property
    def segments(self) -> SegmentRepository: ...
    @property
    def installations(self) -> InstallationRepository: ...
    @property
    def state(self) -> StateRepository: ...


class Store(Protocol):
    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A transaction that only reads."""
        ...

    def write(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A transaction that writes; on SQLite it takes the write lock at its start (BEGIN IMMEDIATE)."""
        ...

    async def check(self) -> None:
        """Raises StoreError where the database cannot be reached, or its schema is not this program's any more."""
        ...

    async def close(self) -> None: ...


class StoreError(Exception):
    """The store cannot be used (full disk, read-only, locked, gone, newer schema); the text says what to do."""


class SearchIndex(Protocol):
    def cursor(self) -> int:
        """The store revision up to which the index is good; 0 for an empty or rebuilt one."""
        ...

    async def update(self, papers: Iterable[Paper], deleted: Iterable[PaperKey], revision: int) -> None: ...

    async def search(self, query: SearchQuery, limit: int) -> list[PaperKey]:
        """Best first. An empty query finds nothing."""
        ...

    async def close(self) -> None: ...


class ChatAdapter(Protocol):
    @property
    def platform(self) -> str: ...

    @property
    def digest_form(self) -> Literal["one", "cards"]:
        """Whether a digest is one message, or a header and a message for each paper."""
        ...

    async def run(self, handle: Handler) -> None:
        """Serve until the surface ends (end of input, shutdown). Raises SurfaceError."""
        ...

    async def send(self, address: Address, message: Message, token: str, *, thread: str = "") -> Receipt:
        """Bring a message unasked; `thread` is the receipt's message id of the digest's first part. Raises
        DeliveryError."""
        ...

    async def look_up(self, address: Address, token: str, since: datetime, *, thread: str = "") -> Receipt | None:
        """Whether a message with this token arrived since then; `thread` is what `send` was given. Raises
        DeliveryError, and LookUpUnsupportedError where the platform cannot be asked."""
        ...

    async def close(self) -> None: ...


class DeliveryError(Exception):
    """A message could not be brought. The text is for the person or the operator.

    `unknown` means that the request went out and no answer came: the message may have arrived. Neither permanent nor
    unknown means that it surely did not arrive and may be tried again, after `retry_after_s` if the platform said so.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, unknown: bool = False, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.unknown = unknown
        self.retry_after_s = retry_after_s


class SurfaceError(Exception):
    """A surface lets nobody in before somebody changes a setting, here or on the platform; the text says which."""


class LookUpUnsupportedError(Exception):
    """This platform cannot be asked whether a message arrived."""


class RateLimiter(Protocol):
    async def wait(self, key: str, count: int = 1) -> float:
        """Take `count` places under the limit of `key` (bot.domain.limits) and wait for them; the seconds waited.

        All processes that share a store share its limits.
        """
        ...


JobHandler = Callable[[Mapping[str, Json]], Awaitable[None]]


class JobQueue(Protocol):
    """Work that takes time, beside the chat or on other machines. Jobs are hints: a handler may run twice or never, and
    a sweep finds again what a lost job should have done."""

    async def enqueue(self, name: str, arguments: Mapping[str, Json], *, key: str = "", priority: int = 0) -> bool:
        """Put a job in the queue; False where one with the same `key` waits already. Higher priorities go first.

        Two jobs with one key never run at the same time. Raises StoreError where the queue's database cannot be used.
        """
        ...

    async def work(self, handlers: Mapping[str, JobHandler], *, concurrency: int = 1) -> None:
        """Run jobs until `close`, `concurrency` at a time. A handler that fails is logged and tried again later, a few
        times; meanwhile its key counts as waiting."""
        ...

    async def counts(self) -> Mapping[str, int]:
        """How many jobs are `waiting`, `running`, and `failed` for good lately."""
        ...

    async def close(self) -> None:
        """Take no more jobs; what is running gets some seconds to finish, then is stopped and queued again where the
        queue outlives the process."""
        ...


class Leadership(Protocol):
    """Some things only one process may do at a time (asking arXiv, planning what is due)."""

    async def hold(self, name: str) -> bool:
        """Become or stay the one for `name`; False while another process is. One that dies is followed within 60 s."""
        ...

    async def release(self) -> None: ...


Progress = Callable[[int, int | None], None]
"""Called with (done, total or None) while long work goes on."""
