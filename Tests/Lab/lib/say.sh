# What the lab reports to a person: progress and refusals, always on stderr, so that stdout carries only answers.
# shellcheck shell=bash

say() { printf 'lab: %s\n' "$*" >&2; }

# refuse MESSAGE — wrong use; nothing was begun.
refuse() {
  say "$*"
  exit 2
}

# fail MESSAGE — begun and not achieved.
fail() {
  say "$*"
  exit 1
}
