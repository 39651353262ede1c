# The app for a class, by itself: docker build -t digit-studio . && sh deploy/try.sh tries it. More in docs/deploy.md.
FROM python:3.13-slim

# a user who owns nothing here, and whose number a volume's files can be given
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin studio \
    && install --directory --owner studio /runs

WORKDIR /app
COPY requirements.txt ./
RUN python -m pip install --no-cache-dir --disable-pip-version-check -r requirements.txt
COPY app.py LICENSE ./
COPY .streamlit .streamlit
COPY pages pages
COPY digitcore digitcore
COPY models/digitnet models/digitnet
COPY models/simple_cnn models/simple_cnn
COPY models/fast_cnn models/fast_cnn
COPY models/tiny_cnn models/tiny_cnn
COPY models/dense models/dense
RUN python -m compileall -q app.py pages digitcore

# the tree is read-only: runs go to the volume, and what is in the making to /tmp
ENV DIGITCORE_MODELS=/runs HOME=/tmp PYTHONDONTWRITEBYTECODE=1
USER studio
VOLUME /runs
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD \
    ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/_stcore/health', timeout=2)"]
CMD ["python", "-m", "digitcore", "class", "--keep", "/runs/.classroom/class.json"]
