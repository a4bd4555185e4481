# The studio as an image: `web`, `worker` or `up`, as an unprivileged user.

FROM node:22-slim AS client
WORKDIR /client
COPY web/client/package.json web/client/package-lock.json web/client/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web/client ./
RUN npm run build

FROM python:3.12-slim AS build
WORKDIR /build
COPY requirements-tools.lock requirements.lock ./
RUN python -m venv /opt/counterpoint \
    && /opt/counterpoint/bin/pip install --no-cache-dir --require-hashes -r requirements-tools.lock \
    && /opt/counterpoint/bin/uv pip install --no-cache --python /opt/counterpoint/bin/python --require-hashes -r requirements.lock
COPY . .
COPY --from=client /client/dist web/client/dist
RUN /opt/counterpoint/bin/uv pip install --no-cache --python /opt/counterpoint/bin/python --no-deps --no-build-isolation . \
    && /opt/counterpoint/bin/uv pip uninstall --python /opt/counterpoint/bin/python uv hatchling editables trove-classifiers

FROM python:3.12-slim
RUN useradd --system --create-home --home-dir /data counterpoint
COPY --from=build /opt/counterpoint /opt/counterpoint
ENV PATH=/opt/counterpoint/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    COUNTERPOINT_DATA=/data \
    COUNTERPOINT_HOST=0.0.0.0
USER counterpoint
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=5)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["counterpoint"]
CMD ["up"]
