#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# nginx with one small answer on $PORT, as whoever starts it and wherever: also in Weft's sandbox, where only /tmp can
# be written. Moves itself to core $UPSTREAM_CORE (1 if unset): beneath Weft it would share the core of the gateway.
set -eu
folder=$(mktemp -d "${TMPDIR:-/tmp}/upstream-XXXXXX")
cat >"$folder/nginx.conf" <<CONF
daemon off;
master_process off;
worker_processes 1;
pid $folder/pid;
error_log stderr warn;
events { worker_connections 4096; }
http {
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    server {
        listen 127.0.0.1:$PORT backlog=4096;
        location / {
            default_type text/plain;
            return 200 "hello from upstream\n";
        }
    }
}
CONF
core=${UPSTREAM_CORE:-1}
taskset -p -c "$core" $$ >/dev/null
exec /usr/sbin/nginx -e stderr -p "$folder" -c "$folder/nginx.conf"
