#!/usr/bin/env bash
# docker 26.1.5 (Debian 13's docker-cli): `docker stack config` asks for a service's env_file, and not for the files of
# secrets and configs; and a path that begins with ~ is the user's folder in a volume, and a folder named ~ everywhere else.
#
# One expects a command that reads compose files and prints what would be deployed to refuse a stack that can't be deployed,
# and one rule for paths. `docker stack deploy` reads the secret's file only after it has made the stack's networks.
#
# Seen, in the folder /…/shop, with HOME=/home/ops:
#   secrets: { key: { file: ./absent.pem } }  -> taken, `file: /…/shop/absent.pem`
#   env_file: absent.env                      -> "open /…/shop/absent.env: no such file or directory"
#   volumes: ["~/data:/data"]                 -> `source: /home/ops/data`
#   configs: { c: { file: ~/c.txt } }         -> `file: /…/shop/~/c.txt`
#   env_file: ~/x.env                         -> "open /…/shop/~/x.env: no such file or directory"
#
# Wants no engine and no root; leaves nothing behind. Fails if that changes.
set -euo pipefail

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{state/lists/partial,cache/archives/partial,shop}

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

cd "$work/shop"
export HOME=/home/ops
config() { # the rest of a service, the rest of the file
  printf 'version: "3.8"\nservices:\n  web: { image: alpine%s }\n%s\n' "$1" "${2:-}" >stack.yml
  "$docker" stack config -c stack.yml 2>&1 || true
}
expect() { # what, a line that must be there, the output
  echo "$1: $(grep --fixed-strings "$2" <<<"$3" || true)"
  grep --quiet --fixed-strings -- "$2" <<<"$3" || { printf 'expected: %s\nseen: %s\n' "$2" "$3" >&2 && exit 1; }
}

expect 'a secret whose file is absent' "file: $work/shop/absent.pem" \
  "$(config ', secrets: [key]' 'secrets: { key: { file: ./absent.pem } }')"
expect 'an env_file that is absent' "open $work/shop/absent.env: no such file or directory" "$(config ', env_file: absent.env')"
expect 'a volume of ~/data' 'source: /home/ops/data' "$(config ', volumes: ["~/data:/data"]')"
# shellcheck disable=SC2088 # the tilde is what this is about
expect 'a config of ~/c.txt' "file: $work/shop/~/c.txt" "$(config ', configs: [c]' 'configs: { c: { file: ~/c.txt } }')"
# shellcheck disable=SC2088
expect 'an env_file of ~/x.env' "open $work/shop/~/x.env: no such file or directory" "$(config ', env_file: ~/x.env')"
