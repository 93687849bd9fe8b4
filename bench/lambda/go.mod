module weft.dev/bench/lambda

go 1.19
