#!/usr/bin/env bash
# sudo 1.9.13p3 (Debian 12): `sudo -n -l -- COMMAND` succeeds for a command that `sudo -n -- COMMAND` refuses.
#
# One expects "may I run this without a password?" to be answered by asking for the list without a password. But as soon
# as the user has any rule with NOPASSWD, listing needs none, and then each command of any rule counts as allowed, also
# one that does want a password. Without a rule with NOPASSWD both refuse.
#
# Seen, with the rules `id` (password) and `NOPASSWD: true`:
#   sudo -n -l -- id: 0 "/usr/bin/id"
#   sudo -n -- id:    1 "sudo: a password is required"
# and with the rule `id` alone:
#   sudo -n -l -- id: 1 "sudo: a password is required"
#
# Wants root, for a folder that it makes a system of its own (chroot); leaves nothing behind. Fails if that changes.
set -euo pipefail

version=1.9.13p3-1+deb12u4
root=$(mktemp --directory)
chmod 755 "$root" # others go in too
trap 'rm -rf --one-file-system "$root"' EXIT

# shellcheck disable=SC2016 # apt's own variable
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' 'Component: main' 'Created-By: Packages' | head -n 1)
debootstrap --variant=minbase --include=sudo bookworm "$root" ${mirror:+"$mirror"} >"$root.log" 2>&1 || { cat "$root.log"; exit 1; }
rm -f "$root.log"
# shellcheck disable=SC2016 # dpkg's own
found=$(chroot "$root" dpkg-query --show --showformat '${Version}' sudo)
echo "sudo $found"
[[ $found == "$version" ]] || echo "another version than $version, with which this was seen"

printf '127.0.0.1 localhost %s\n' "$(hostname)" >"$root/etc/hosts" # sudo looks up where it is
chroot "$root" useradd somebody
ask() { # words of sudo…
  local status=0 words
  words=$(chroot "$root" su somebody -c "LC_ALL=C sudo $* 2>&1" | head -n 1) || true
  chroot "$root" su somebody -c "LC_ALL=C sudo $*" >/dev/null 2>&1 || status=$?
  echo "$status $words"
}
rules() { printf 'somebody ALL=(root) %s\n' "$@" >"$root/etc/sudoers.d/rules" && chmod 440 "$root/etc/sudoers.d/rules"; }
expect() { # what, expected, seen
  echo "$1: $3"
  [[ $3 == "$2" ]] || { echo "expected: $2" >&2 && exit 1; }
}

rules /usr/bin/id 'NOPASSWD: /usr/bin/true'
expect 'listed, beside a rule with NOPASSWD' '0 /usr/bin/id' "$(ask -n -l -- /usr/bin/id)"
expect 'run, beside a rule with NOPASSWD' '1 sudo: a password is required' "$(ask -n -- /usr/bin/id)"
rules /usr/bin/id
expect 'listed, without such a rule' '1 sudo: a password is required' "$(ask -n -l -- /usr/bin/id)"
