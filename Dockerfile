# One image for the web and the workers; docker-compose.yml says which is which.
FROM python:3.12-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-vie \
    && rm -rf /var/lib/apt/lists/* \
    && pip install --no-cache-dir uv==0.13.9 \
    && useradd --system --create-home --home-dir /var/lib/hoso hoso

WORKDIR /opt/hoso
ENV UV_PROJECT_ENVIRONMENT=/opt/hoso/.venv UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy \
    PATH=/opt/hoso/.venv/bin:$PATH DJANGO_SETTINGS_MODULE=portal.settings OMP_THREAD_LIMIT=1 PYTHONUNBUFFERED=1
COPY pyproject.toml uv.lock README.md ./
RUN uv sync --frozen --no-dev --extra postgresql --extra redis --no-install-project
COPY . .
RUN uv sync --frozen --no-dev --extra postgresql --extra redis

USER hoso
VOLUME /var/lib/hoso
CMD ["hoso", "serve"]
