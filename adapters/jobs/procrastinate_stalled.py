"""Jobs whose worker is gone, or that a worker lost: back to the queue.

procrastinate leaves a killed worker's jobs in the state `doing`; its manual has a periodic job look for them. Here that
is done beside the jobs: as a job it would wait behind long ones.
"""

from dataclasses import dataclass, field

import structlog
from procrastinate import PsycopgConnector
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from adapters.jobs.procrastinate_schema import LOCK
from adapters.jobs.retries import MAX_ATTEMPTS

log = structlog.get_logger()

KEEP_FAILED_HOURS = 7 * 24


@dataclass(slots=True)
class StalledJobs:
    """Looks after the jobs of one queue for the worker of this process."""

    connector: PsycopgConnector
    manager: JobManager
    queue: str
    silence_s: float
    """A worker that gave no sign for so long is dead."""
    _idle: set[int] = field(default_factory=set)

    async def sweep(self, worker_id: int | None, running: set[int]) -> None:
        """Let the jobs of dead workers run again, and those of this worker that it does not run; forget old failures.

        Of several processes one does it at a time.
        """
        async with self.connector.pool.connection() as connection, connection.transaction():
            lock = await connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK + 1,))
            if await lock.fetchone() != (True,):
                return
            stalled = await self.manager.get_stalled_jobs(queue=self.queue, seconds_since_heartbeat=self.silence_s)
            for job in [*stalled, *await self._lost(worker_id, running)]:
                await self._again(job)
            await self.manager.delete_old_jobs(
                nb_hours=KEEP_FAILED_HOURS,
                queue=self.queue,
                include_failed=True,
                include_cancelled=True,
                include_aborted=True,
            )

    async def _lost(self, worker_id: int | None, running: set[int]) -> list[Job]:
        """What is this worker's in the database, now and at the last look, and does not run: a connection broke just
        when the job was taken or ended."""
        if worker_id is None:
            return []
        mine = await self.manager.list_jobs_async(status=Status.DOING.value, worker_id=worker_id)
        idle = {job.id: job for job in mine if job.id is not None and job.id not in running}
        lost = [job for number, job in idle.items() if number in self._idle]
        self._idle = set(idle)
        return lost

    async def _again(self, job: Job) -> None:
        """To the queue again, unless it took too many workers with it or another job of its key waits already."""
        log.warning("job of a lost worker", job=job.task_name, attempts=job.attempts + 1)
        if job.attempts + 1 >= MAX_ATTEMPTS:
            await self.manager.finish_job(job, Status.FAILED, delete_job=False)
            return
        try:
            await self.manager.retry_job(job)
        except UniqueViolation:
            await self.manager.finish_job(job, Status.ABORTED, delete_job=True)
