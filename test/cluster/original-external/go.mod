module signet.dev/test/original-external

go 1.26.4

require github.com/external-secrets/external-secrets v0.20.4
