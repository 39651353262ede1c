#!/bin/sh
# Makes ./certificates for compose.yaml: for the site, until the school's own take their place, and for the cluster.
#   sudo sh deploy/certificates.sh digits.school.example [folder]
set -eu
[ $# -ge 1 ] || { echo "Name the site: sh deploy/certificates.sh digits.school.example" >&2; exit 2; }
site=$1 folder=${2:-$PWD/certificates}
[ "$(id -u)" = 0 ] || { echo "The keys are for the containers' users alone: start this with sudo." >&2; exit 1; }
command -v openssl >/dev/null || { echo "openssl is needed: install it." >&2; exit 1; }
[ ! -e "$folder" ] || { echo "There are certificates in $folder already: remove them first." >&2; exit 1; }
mkdir -p "$folder/site"

umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/CN=$site" \
    -addext "subjectAltName=DNS:$site" -keyout "$folder/site/site-key.pem" -out "$folder/site/site.pem" 2>/dev/null

# by the image, which has what it takes, or by another command that DIGITCORE names
${DIGITCORE:-docker run --rm --user 0 --volume "$folder:$folder" digit-studio python -m digitcore} \
    cluster init "$folder/cluster"
chown -R 10001 "$folder/cluster"  # the app's user, of the Dockerfile
