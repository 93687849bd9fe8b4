#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# nginx on $PORT, as whoever starts it and wherever: also in Weft's sandbox, where only /tmp can be written. One small
# answer ($ANSWER, if set) for every path, 1 MiB from /r57/big, and /r57/take takes as much, and answers once it has it
# all: the body is read for a call to itself, and left out of that. Moves itself to core $UPSTREAM_CORE (1 if unset):
# beneath Weft it would share the core of the gateway.
set -eu
folder=$(mktemp -d "${TMPDIR:-/tmp}/upstream-XXXXXX")
head -c 1048576 /dev/zero >"$folder/big"
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
    upstream itself {
        server 127.0.0.1:$PORT;
        keepalive 64;
    }
    server {
        listen 127.0.0.1:$PORT backlog=4096;
        location = /r57/big {
            sendfile on;
            alias $folder/big;
        }
        location = /r57/take {
            client_max_body_size 2m;
            client_body_buffer_size 2m;
            proxy_method GET;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Content-Length "";
            proxy_pass_request_body off;
            proxy_pass http://itself/;
        }
        location / {
            default_type text/plain;
            return 200 "${ANSWER:-hello from upstream}\n";
        }
    }
}
CONF
core=${UPSTREAM_CORE:-1}
taskset -p -c "$core" $$ >/dev/null
exec /usr/sbin/nginx -e stderr -p "$folder" -c "$folder/nginx.conf"
