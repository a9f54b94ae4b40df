#!/bin/sh
# Makes what is missing of the secrets, each consumer in a volume of its own: nothing is in the repository, nobody
# types anything, and a second run changes nothing. Runs without a network, as root, and ends.
set -eu
umask 077

ROOT=${1:-/secrets}
# Users of the services, as docker-compose.yml names them.
NODE=1000 PROXY=1000 POSTGRES=999 REDIS=999 GRAFANA=472
ROLES="owner application reporting key_rotation notices auditor incident_response"

random() { openssl rand -base64 "$1" | tr -d '\n'; }
# For passwords that stand in a URL.
password() { openssl rand -hex 24; }

# keep FILE COMMAND...: writes what the command prints, unless the file is there; whole or not at all.
keep() {
  file=$1
  shift
  [ -s "$file" ] && return
  mkdir -p "$(dirname "$file")"
  "$@" > "$file.new"
  mv "$file.new" "$file"
}
ring() { printf '%s:%s' "$1" "$(random 32)"; }
# url ROLE PASSWORD_FILE
url() {
  printf 'postgresql://%s:%s@postgres:5432/secure_api?sslmode=verify-full&sslrootcert=/run/secrets/database_authority.crt' \
    "$1" "$(cat "$2")"
}
same() { cat "$1"; }

# certificate NAME DAYS SUBJECT EXTENSIONS [AUTHORITY]: NAME.key and NAME.crt, signed by AUTHORITY or by itself.
certificate() {
  name=$1 days=$2 subject=$3 extensions=$4 authority=${5:-}
  [ -s "$name.crt" ] && return
  openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$name.key"
  openssl req -new -key "$name.key" -subj "/CN=$subject" -out "$name.csr"
  printf '%s\n' "$extensions" > "$name.ext"
  if [ -n "$authority" ]; then
    openssl x509 -req -in "$name.csr" -CA "$authority.crt" -CAkey "$authority.key" -days "$days" \
      -extfile "$name.ext" -out "$name.crt.new"
  else
    openssl x509 -req -in "$name.csr" -signkey "$name.key" -days "$days" -extfile "$name.ext" -out "$name.crt.new"
  fi
  rm -f "$name.csr" "$name.ext"
  mv "$name.crt.new" "$name.crt"
}
AUTHORITY_EXTENSIONS='basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign'

cd "$ROOT"

# Authorities: for the database, for Redis, and for the names under *.localhost. Their keys stay where they are used.
certificate postgres/authority 3650 'database authority' "$AUTHORITY_EXTENSIONS"
certificate postgres/server 825 postgres 'subjectAltName=DNS:postgres
extendedKeyUsage=serverAuth' postgres/authority
certificate redis/authority 3650 'redis authority' "$AUTHORITY_EXTENSIONS"
certificate redis/server 825 redis 'subjectAltName=DNS:redis
extendedKeyUsage=serverAuth' redis/authority
certificate proxy/authority 3650 'local authority of this machine' "$AUTHORITY_EXTENSIONS"

keep postgres/admin_password password
for role in $ROLES; do
  keep "owner/${role}_password" password
done

# The administrator and the owner of the database: one-shot services only.
keep owner/database_authority.crt same postgres/authority.crt
# Commands of operators run with these files, and one of them tells the instances through Redis.
keep owner/redis_authority.crt same redis/authority.crt
keep owner/admin_url url postgres postgres/admin_password
keep owner/owner_url url secure_api_owner owner/owner_password

keep redis/password password
keep redis/users.acl printf 'user default off\nuser api on >%s resetchannels ~* &* +@all -@admin -@dangerous +info\n' "$(cat redis/password)"

# What operators use; no service has it.
keep operator/database_authority.crt same postgres/authority.crt
keep operator/redis_authority.crt same redis/authority.crt
for role in reporting key_rotation notices auditor incident_response; do
  keep "operator/database_${role}_url" url "secure_api_$role" "owner/${role}_password"
done

keep api/database_authority.crt same postgres/authority.crt
keep api/local_authority.crt same proxy/authority.crt
keep api/database_url url secure_api_application owner/application_password
keep api/redis_authority.crt same redis/authority.crt
# An earlier version of this file wrote one without TLS, which Redis does not speak any more.
if grep -qs '^redis:' api/redis_url; then rm -f api/redis_url operator/redis_url; fi
keep api/redis_url printf 'rediss://api:%s@redis:6379?ssl_ca_certs=/run/secrets/redis_authority.crt' "$(cat redis/password)"
keep api/field_encryption_keys ring e1
keep api/field_index_keys ring i1
keep api/audit_keys ring a1
keep api/api_key_peppers ring p1
keep api/application_secret random 32
keep operator/redis_url same api/redis_url
for name in audit_keys field_encryption_keys field_index_keys; do
  keep "operator/$name" same "api/$name"
done

keep provider/demo_web_secret password
keep provider/demo_service_secret password
keep provider/demo_user_password openssl rand -hex 6
keep provider/cookie_key password
keep provider/signing_key.pem openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048
keep provider/local_authority.crt same proxy/authority.crt
keep api/session_client_secret same provider/demo_web_secret

keep grafana/admin_password password

# Files are readable by their consumer alone. Volumes are root's, which is why this service is.
chown -R "$POSTGRES:$POSTGRES" postgres
chown -R "$REDIS:$REDIS" redis
chown -R "$NODE:$NODE" api owner operator provider
chown -R "$GRAFANA:0" grafana
chown -R "$PROXY:$PROXY" proxy
for folder in postgres redis api owner operator provider grafana proxy; do
  chmod 0500 "$folder"
  find "$folder" -type f -exec chmod 0400 {} +
done
# Where the proxy keeps its certificates.
[ ! -d proxy-data ] || chown "$PROXY:$PROXY" proxy-data
# PostgreSQL asks for no more than this.
chmod 0600 postgres/server.key
echo 'The secrets are in place.'
