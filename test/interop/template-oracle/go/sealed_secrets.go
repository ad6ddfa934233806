//go:build !external

package main

import "github.com/Masterminds/sprig/v3"

// functions is what sealed-secrets offers to templates: Sprig without the functions that reach outside.
var functions = sprig.TxtFuncMap()

func init() {
	delete(functions, "env")
	delete(functions, "expandenv")
	delete(functions, "getHostByName")
}
