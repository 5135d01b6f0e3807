#!/usr/bin/env bash
# docker 26.1.5 (Debian 13's docker-cli): `docker stack config` prints files that `docker stack config` refuses.
#
# One expects the merged file, which the manual says is what would be deployed, to be a compose file itself, so that it can be
# kept, compared and deployed later.
#
# Seen:
#   ulimits: { nofile: 0 }   -> prints `nofile: {}`; read again: "services.web.ulimits.nofile soft is required"
#   expose: [80, "80"]       -> prints `- "80"` twice; read again: "services.web.expose array items[0,1] must be unique"
#   command: echo $$HOME     -> prints `$HOME`, which is a variable when it is read again: the text is lost, with exit code 0
#
# Wants no engine and no root; leaves nothing behind. Fails if that changes.
set -euo pipefail

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{state/lists/partial,cache/archives/partial}

# shellcheck disable=SC2016 # apt's own variable
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Component: main' 'Created-By: Packages' | head -n 1)
echo "deb $mirror trixie main" >"$work/sources.list"
apt=(
  apt-get --quiet --quiet -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/nonexistent
  -o "Dir::State=$work/state" -o "Dir::Cache=$work/cache" -o Dir::State::status=/dev/null -o APT::Sandbox::User=root
)
"${apt[@]}" update
(cd "$work" && "${apt[@]}" download docker-cli && dpkg-deb --extract ./*.deb root)
docker=$work/root/usr/bin/docker
found=$("$docker" --version)
echo "$found"
[[ $found == *' 26.1.5'* ]] || echo "another version than 26.1.5, with which this was seen"

cd "$work"
export HOME=/home/ops
again() { # a part of a service: what is printed of it, and what becomes of that
  printf 'version: "3.8"\nservices:\n  web: { image: alpine, %s }\n' "$1" >first.yml
  "$docker" stack config -c first.yml >second.yml
  "$docker" stack config -c second.yml 2>&1 || true
}
expect() { # what, a line that must be there, the output
  echo "$1: $(grep --fixed-strings -- "$2" <<<"$3" || true)"
  grep --quiet --fixed-strings -- "$2" <<<"$3" || { printf 'expected: %s\nseen: %s\n' "$2" "$3" >&2 && exit 1; }
}

expect 'a limit of 0' 'services.web.ulimits.nofile soft is required' "$(again 'ulimits: { nofile: 0 }')"
expect 'a port exposed as a number and as text' 'services.web.expose array items[0,1] must be unique' \
  "$(again 'expose: [80, "80"]')"
# shellcheck disable=SC2016 # for docker
read_again=$(again 'command: echo $$HOME')
# shellcheck disable=SC2016
expect 'a dollar sign, printed' '- $HOME' "$(cat second.yml)"
expect 'a dollar sign, read again' '- /home/ops' "$read_again"
