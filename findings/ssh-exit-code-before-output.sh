#!/usr/bin/env bash
# OpenSSH 9.2p1 (Debian 12): a session over a shared connection ends with exit code 0 and a part of the output, when the
# connection's own process dies.
#
# One expects 255 wherever a connection is lost before a command's output has come whole: that is what the client says when
# its own connection ends. Over a shared one (ControlMaster) the exit code is passed on to the session's client as soon as it
# comes, also when the output before it still waits for a slow reader in the master's memory. If the master dies then, the
# client ends with the command's own exit code. So an exit code of 0 does not say that the output is whole: whoever needs to
# know it has the command say where it ends.
#
# Seen, for a command that prints 1000000 bytes and exits with 0, and a reader that begins two seconds later:
#   the master lives:                            exit code 0, 1000000 bytes
#   the master is killed before the reader reads: exit code 0, less than 1000000 bytes (65536)
#
# Wants root, for a folder that it makes a system of its own (chroot); the server listens on loopback. Leaves nothing behind.
# Fails if that changes.
set -euo pipefail

version=1:9.2p1-2+deb12u10
root=$(mktemp --directory)
server=
finish() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  rm -rf --one-file-system "$root"
}
trap finish EXIT
chmod 755 "$root"

# shellcheck disable=SC2016 # apt's own variable
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' 'Component: main' 'Created-By: Packages' | head -n 1)
debootstrap --variant=minbase --include=openssh-server,openssh-client bookworm "$root" ${mirror:+"$mirror"} >"$root.log" 2>&1 ||
  { cat "$root.log"; exit 1; }
rm -f "$root.log"
# shellcheck disable=SC2016 # dpkg's own
found=$(chroot "$root" dpkg-query --show --showformat '${Version}' openssh-client)
echo "openssh-client $found"
[[ $found == "$version" ]] || echo "another version than $version, with which this was seen"

port=$((20000 + RANDOM % 20000))
mkdir -p "$root/run/sshd" "$root/root/.ssh"
chmod 700 "$root/root/.ssh"
chroot "$root" ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
cp "$root/root/.ssh/id_ed25519.pub" "$root/root/.ssh/authorized_keys"
chroot "$root" /usr/sbin/sshd -D -o ListenAddress=127.0.0.1 -p "$port" -o UsePAM=no -o PidFile=none 2>/dev/null &
server=$!

cat >"$root/root/session" <<'SESSION'
# session PORT kill|keep: how the client ended, and how many bytes came.
port=$1
options="-p $port -o StrictHostKeyChecking=accept-new -o ControlPath=/root/master"
for _ in 1 2 3 4 5 6 7 8 9 10; do
  ssh $options -o ControlMaster=yes -o ControlPersist=60 -f -N root@127.0.0.1 2>/dev/null && break
  sleep 0.5
done
mkfifo /root/output
(ssh $options root@127.0.0.1 'head -c 1000000 /dev/zero; exit 0' >/root/output 2>/dev/null; echo $? >/root/status) &
exec 3</root/output
sleep 2
master=$(ssh $options -O check root@127.0.0.1 2>&1 | tr -cd 0-9)
[ "$2" = keep ] || kill -9 "$master"
count=$(wc -c <&3)
wait
[ "$2" = kill ] || ssh $options -O exit root@127.0.0.1 2>/dev/null
echo "$(cat /root/status) $count"
rm -f /root/output /root/status /root/master
SESSION

expect() { # what, what must hold of the answer ($status, $count), answer
  local status=${3% *} count=${3#* }
  echo "$1: exit code $status, $count bytes"
  if ((status != 0)) || ! (($2)); then
    echo "expected: exit code 0, and $2" >&2
    exit 1
  fi
}
expect 'the master lives' 'count == 1000000' "$(chroot "$root" sh /root/session "$port" keep)"
expect 'the master is killed' 'count < 1000000' "$(chroot "$root" sh /root/session "$port" kill)"
