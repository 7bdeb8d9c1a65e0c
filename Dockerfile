# syntax=docker/dockerfile:1
# Three stages: the packages, the finished product, and what runs it. Nothing of the build tools reaches the last.

FROM debian:bookworm-slim AS packages
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
        ca-certificates gettext libgdal32 python3-venv \
    && rm -rf /var/lib/apt/lists/*
# pip and node bring certificates of their own; trust what the machine trusts, as offices that inspect TLS need.
ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
WORKDIR /srv/gis-ntm
COPY requirements.txt requirements-build.txt ./
RUN python3 -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary=:all: \
        --requirement=requirements.txt
# Node only fetches the browser libraries; it stays behind in this stage.
COPY package.json package-lock.json .npmrc ./
RUN python3 -m venv /node \
    && /node/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary=:all: \
        --requirement=requirements-build.txt \
    && PATH=/node/bin:$PATH npm ci --omit=dev --ignore-scripts

FROM packages AS product
COPY . .
# Collecting static files reads the settings but neither the key nor the database.
RUN for source in layers/locale/*/LC_MESSAGES/*.po; do \
        msgfmt --check-format --output-file="${source%.po}.mo" "$source" || exit 1; \
    done \
    && export GIS_NTM_SECRET_KEY="$(head -c 48 /dev/urandom | base64)" DATABASE_URL=postgresql:///none \
    && .venv/bin/python manage.py collectstatic --no-input --verbosity=0 \
    && .venv/bin/python -m compileall -q gis_ntm layers \
    && rm -rf node_modules

FROM debian:bookworm-slim
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
        fonts-dejavu-core libgdal32 libharfbuzz-subset0 libpangoft2-1.0-0 python3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --shell /usr/sbin/nologin gis-ntm \
    && install --directory --owner=gis-ntm --group=gis-ntm /srv/media \
    && install --directory --mode=700 --owner=gis-ntm --group=gis-ntm /srv/keys /srv/networks
WORKDIR /srv/gis-ntm
COPY --from=product /srv/gis-ntm .
ENV PATH=/srv/gis-ntm/.venv/bin:$PATH PYTHONUNBUFFERED=1 GIS_NTM_BIND=0.0.0.0:8000 \
    GIS_NTM_MEDIA_ROOT=/srv/media GIS_NTM_FIELD_KEYS=/srv/keys GIS_NTM_NETWORKS=/srv/networks
USER gis-ntm
VOLUME /srv/media /srv/keys /srv/networks
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "setup/healthy"]
CMD ["gunicorn", "gis_ntm.wsgi"]
