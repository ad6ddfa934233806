package main

import "syscall"

// A template that asks for more than this ends the program, not the machine.
const memory = 6 << 30

func init() {
	limit := syscall.Rlimit{Cur: memory, Max: memory}
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &limit); err != nil {
		panic(err)
	}
}
