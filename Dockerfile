# Two stages: the first builds what the second only runs. The program writes nothing but /data.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN python -m venv /opt/microhedge \
    && /opt/microhedge/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY alembic ./alembic
COPY bot ./bot
COPY core ./core
RUN /opt/microhedge/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home microhedge \
    && install -d -o microhedge -g microhedge -m 700 /data
COPY --from=build /opt/microhedge /opt/microhedge
ENV PATH=/opt/microhedge/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/microhedge.db BACKUP_FOLDER=/data/backups
USER microhedge
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; p = os.environ.get('METRICS_PORT'); p and r.urlopen(f'http://127.0.0.1:{p}/healthz', timeout=4)"]
ENTRYPOINT ["microhedge"]
CMD ["run"]
