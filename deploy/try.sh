#!/bin/sh
# Builds the image and runs it as strictly as compose.yaml does, where Docker is to be had: does it start and answer?
set -eu
command -v docker >/dev/null && docker info >/dev/null 2>&1 || { echo "There is no Docker here to try it with." >&2; exit 3; }
cd "$(dirname "$0")/.."
docker build --tag digit-studio .
container=$(docker run --detach --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
    --volume /runs --publish 127.0.0.1::8501 digit-studio)
trap 'docker rm --force --volumes "$container" >/dev/null' EXIT
for _ in $(seq 60); do
    state=$(docker inspect --format '{{.State.Health.Status}}' "$container")
    [ "$state" != healthy ] || break
    sleep 1
done
docker logs "$container"
[ "$state" = healthy ] || { echo "It is $state after a minute." >&2; exit 1; }
[ "$(docker exec "$container" id -u)" = 10001 ] || { echo "It runs as another user." >&2; exit 1; }
! docker exec "$container" touch /app/x 2>/dev/null || { echo "Its tree can be written to." >&2; exit 1; }
docker exec "$container" test -s /runs/.classroom/class.json || { echo "It keeps no class." >&2; exit 1; }
echo "It starts, answers, writes to /runs alone, and runs as nobody in particular."
