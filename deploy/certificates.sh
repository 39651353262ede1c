#!/bin/sh
# Makes ./certificates for compose.yaml: for the site, until the school's own take their place, and for the cluster.
#   sudo sh deploy/certificates.sh digits.school.example [folder]
set -eu
[ $# -ge 1 ] || { echo "Name the site: sh deploy/certificates.sh digits.school.example" >&2; exit 2; }
site=$1 folder=${2:-certificates}
[ "$(id -u)" = 0 ] || { echo "The keys are for the containers' users alone: start this with sudo." >&2; exit 1; }
command -v openssl >/dev/null || { echo "openssl is needed: install it." >&2; exit 1; }
[ ! -e "$folder/cluster-ca.pem" ] || { echo "There are certificates in $folder already: remove them first." >&2; exit 1; }
umask 077
mkdir -p "$folder"
new="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"

openssl req -x509 $new -days 365 -subj "/CN=$site" -addext "subjectAltName=DNS:$site" \
    -keyout "$folder/site-key.pem" -out "$folder/site.pem" 2>/dev/null

# an authority of its own: whoever has a certificate of it may run code on the cluster, so its key is not kept
authority=$(mktemp)
trap 'rm -f "$authority" "$folder/request.pem"' EXIT
openssl req -x509 $new -days 365 -subj "/CN=digit studio cluster" -keyout "$authority" -out "$folder/cluster-ca.pem" 2>/dev/null
openssl req $new -subj "/CN=digit studio" -keyout "$folder/cluster-key.pem" -out "$folder/request.pem" 2>/dev/null
openssl x509 -req -days 365 -in "$folder/request.pem" -CA "$folder/cluster-ca.pem" -CAkey "$authority" \
    -CAcreateserial -CAserial "$authority.serial" -out "$folder/cluster.pem" 2>/dev/null
rm -f "$authority.serial"
chown 10001 "$folder"/cluster*.pem  # the app's user, of the Dockerfile; the site's key is the proxy's
chmod 0755 "$folder"
