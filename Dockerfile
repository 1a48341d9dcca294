# Built in one stage and run in another: what only the build needs stays behind.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN ["python", "-m", "venv", "/opt/paperboy"]
# The lock is whole: --no-deps keeps pip from looking for anything that is not in it, by its hash.
COPY requirements.lock ./
RUN ["/opt/paperboy/bin/pip", "install", "--require-hashes", "--no-deps", "-r", "requirements.lock"]
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY adapters ./adapters
COPY store ./store
RUN ["/opt/paperboy/bin/pip", "install", "--no-deps", "--no-build-isolation", "."]

FROM python:3.11-slim-bookworm
# The number is what a volume's files belong to on every machine.
RUN ["useradd", "--uid", "10001", "--home-dir", "/data", "--create-home", "paperboy"]
COPY --from=build /opt/paperboy /opt/paperboy
# Everything that is written goes to /data, compiled code and the home folder too: the rest may be read-only.
ENV PATH=/opt/paperboy/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/data \
    PAPERBOY_DATA_DIR=/data \
    PAPERBOY_OPS_PORT=8460 \
    PAPERBOY_OPS_HOST=127.0.0.1
WORKDIR /data
VOLUME ["/data"]
USER 10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['PAPERBOY_OPS_PORT'] + '/healthz', timeout=8)"]
ENTRYPOINT ["paperboy"]
CMD ["run"]
