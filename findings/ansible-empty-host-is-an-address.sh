#!/usr/bin/env bash
# ansible-core 2.15.13 (PyPI): a host whose `ansible_host` is empty is connected to by an empty address, not by its name; and an
# empty `ansible_ssh_host` wins over an `ansible_host` with an address.
#
# One expects an empty value to count as none, as it does for `ansible_user` and `ansible_ssh_private_key_file`, of which ssh is
# told nothing then; inventories made from templates have such lines.
#
# Seen, by what ssh is called with (its last words are the address and the command):
#   one ansible_host=""                               -> an empty address
#   two ansible_ssh_host="" ansible_host=192.0.2.7    -> an empty address
#   three ansible_host=192.0.2.8 ansible_user=""      -> 192.0.2.8, and no word of a user
#   four                                              -> four
#
# Connects to nothing: a script takes the place of ssh. Wants python3-venv, no root; leaves nothing behind. Fails if that changes.
set -euo pipefail

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
export HOME=$work ANSIBLE_HOME=$work/ansible
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ansible-core==2.15.13
"$work/venv/bin/pip" --disable-pip-version-check list 2>/dev/null | grep "^ansible-core"

cat >"$work/ssh" <<'END'
#!/usr/bin/env bash
# Notes the user that is asked for, and the word before the command.
words=("$@") user=none
for word in "$@"; do if [[ $word == *User=* ]]; then user=$word; fi; done
printf 'address «%s», user %s\n' "${words[-2]}" "$user" >>"$(dirname "$0")/called"
exit 255
END
chmod +x "$work/ssh"
cat >"$work/inventory" <<'END'
one ansible_host=""
two ansible_ssh_host="" ansible_host=192.0.2.7
three ansible_host=192.0.2.8 ansible_user=""
four
END
expect() { # a host, what ssh is called with for it
  rm -f "$work/called"
  "$work/venv/bin/ansible" -i "$work/inventory" "$1" -m raw -a true -e "ansible_ssh_executable=$work/ssh" \
    >/dev/null 2>&1 || true
  echo "$1: $(head -n 1 "$work/called")"
  [[ $(head -n 1 "$work/called") == "$2" ]] || { echo "expected: $2" >&2 && exit 1; }
}

expect one 'address «», user none'
expect two 'address «», user none'
expect three 'address «192.0.2.8», user none'
expect four 'address «four», user none'
