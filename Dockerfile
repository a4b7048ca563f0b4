# probe with Claude Code, for a scheduler: docs/docker.md. No token is in the image: it comes with `docker run --env`.
FROM python:3.13-slim-bookworm AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE constraints.txt ./
COPY probe probe
COPY scenarios scenarios
RUN python -m venv /opt/probe \
    && /opt/probe/bin/pip install --no-cache-dir --constraint constraints.txt '.[client,history,fleet]'

FROM python:3.13-slim-bookworm
# tini passes signals on, and reaps what the container's processes leave. Debian keeps one version of it for a release.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 --user-group probe \
    && install --directory --owner probe --group probe /data
COPY --from=build /opt/probe /opt/probe
ENV PATH=/opt/probe/bin:$PATH LANG=C.UTF-8
USER 10001:10001
WORKDIR /data
VOLUME /data
ENTRYPOINT ["tini", "--", "probe"]
CMD ["--help"]
