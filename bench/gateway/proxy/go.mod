module weft.dev/bench/proxy

go 1.19
