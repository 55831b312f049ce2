# What is built: the packages, with a compiler's tools left behind.
FROM python:3.11.14-slim-bookworm AS build
COPY requirements.txt constraints.txt /build/
RUN python -m venv /venv \
    && sed '/^# From here on/,$d' /build/requirements.txt > /build/run.txt \
    && /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
        -r /build/run.txt

# What runs: as nobody in particular, in a folder that it can't change.
FROM python:3.11.14-slim-bookworm
# `make image` tells it: a label can't be read from the code
ARG VERSION=unknown
LABEL org.opencontainers.image.title=broadsheet org.opencontainers.image.version=$VERSION
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# A password's hash takes 19 MiB, which glibc would keep in every process: what is larger than 1 MiB
# goes back to the system at once, and 4 MiB stay at hand for the next request
ENV MALLOC_MMAP_THRESHOLD_=1048576 MALLOC_TRIM_THRESHOLD_=4194304
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin broadsheet \
    && install --directory --owner=broadsheet --mode=0700 /app/data /app/data/media
WORKDIR /app
COPY --from=build /venv /venv
COPY main.py ./
COPY domain domain
COPY application application
COPY infra infra
COPY core core
COPY interface interface
RUN python -m compileall -q -j 0 .
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["python", "main.py"]
CMD ["serve", "--host", "0.0.0.0"]
