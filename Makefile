# The project's commands in one place. `make demo` and `make test` do all their set-up themselves.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: measures help setup build test crash-matrix promises executors sanitize demo lint format lab-selftest install uninstall deb deb-check bench-startup bench-scale picture clean

configuration ?= debug
build_flags = -c $(configuration) --explicit-target-dependency-import-check error
# In CI there is no debugger, so what it needs is not built.
ifeq ($(CI),true)
build_flags += -debug-info-format none
endif

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: ## install what is needed: Debian packages when root, otherwise list them; checks for Swift
	@Tests/Lab/setup

build: setup ## build the program
	swift build $(build_flags)

test: setup ## everything: format, shell scripts, build, unit tests, and as root the lab of real appliances
	@Tests/Lab/test $(build_flags)

points ?= all
crash-matrix: setup ## kill the program at each step boundary on real appliances; points=10, points=20-30 or points=row for less
	@Tests/Lab/crash-matrix $(points) $(build_flags)

bodies ?= 10000
server_bodies ?= 100
promises: setup ## random steps, killed and cut off, simulated and over a real sshd: nothing twice, nothing lost; bodies=500 for less
	swift build --build-tests $(build_flags)
	RUNBOOK_TEST_MINUTES=240 RUNBOOK_BODIES=$(bodies) RUNBOOK_SERVER_BODIES=$(server_bodies) swift test --skip-build --no-parallel --filter '^PromiseTests\.'

times ?= 100
executors: setup ## start two executors of one run at once, a hundred times; times=10 for less
	@Tests/Lab/executors $(times) $(build_flags)

rounds ?= 1000000
sanitize: setup ## AddressSanitizer over the Lua border with a million errors, ThreadSanitizer over Lua and the engine
	@nice -n 15 Tests/Lab/sanitize $(rounds)

demo: setup ## start three appliances (without root, simulated ones) and run the procedure
	@Tests/Lab/demo $(build_flags)

lint: ## check the format of the Swift sources and the shell scripts
	@Tests/Lab/lint

measures: ## print how many files there are, how long they are, and what is left of other words and systems
	@Tests/Lab/measures

format: ## bring the Swift sources into the project's format
	swift format --in-place --recursive --parallel Sources Tests Package.swift

picture: setup ## draw docs/live-view.svg again, from a run on three real appliances
	@Tests/Lab/picture $(build_flags)

lab-selftest: setup ## start, kill and remove labs, and compare the machine before and after
	@Tests/Lab/selftest

PREFIX ?= /usr/local
DESTDIR ?=
install: setup ## install below PREFIX=/usr/local (and DESTDIR): program, runbooks, man pages, completions, docs
	@Packaging/install "$(PREFIX)" "$(DESTDIR)"

uninstall: ## remove what `make install` put there
	@Packaging/uninstall "$(PREFIX)" "$(DESTDIR)"

deb: setup ## build the Debian package
	@Packaging/deb

deb-check: setup ## install, use and purge the Debian package on a clean Debian 12 in a folder
	@Tests/Lab/deb-check

bench-startup: setup ## measure how long the installed program takes to start
	@Packaging/bench-startup

hosts ?= 10 100 1000 10000
bench-scale: setup ## measure time and memory of distribute.lua per simulated host; hosts="10 1000" for less
	@Packaging/bench-scale $(hosts)

clean: ## remove what was built
	swift package clean
	rm -rf .build-install
