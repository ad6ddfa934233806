module signet.dev/go-oracle

go 1.21
