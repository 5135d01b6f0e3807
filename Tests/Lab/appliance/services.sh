# The two services of an appliance, kept running as its service manager would, and stopped and started for a fault.
# shellcheck shell=bash

run_sshd() { exec env -i --default-signal PATH=/usr/sbin:/usr/bin:/sbin:/bin "RUNBOOK_LAB=$id" /usr/sbin/sshd -D -e; }

# "container" makes the engine leave AppArmor alone, whose profiles would be the machine's.
run_engine() {
  # What an engine leaves when the power goes; a service manager clears it in the same way. One that is stopped leaves
  # the namespaces of its overlay networks mounted, and what is mounted can't be removed.
  for left in /run/docker/netns/*; do umount --lazy "$left" 2>/dev/null || true; done
  rm -rf /run/docker /run/docker.pid /run/docker.sock
  exec env -i --default-signal PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "RUNBOOK_LAB=$id" container=lab dockerd \
    --bridge=none --iptables=false --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/runbook-lab/$id/$host"
}

# keep NAME FUNCTION — runs FUNCTION again and again; while /run/lab/NAME.off is there, waits for a line in NAME.start.
keep() {
  local name=$1 run=$2
  while :; do
    if [[ -e /run/lab/$name.off ]]; then
      read -r _ <"/run/lab/$name.start" || true
    else
      ("$run") &
      printf '%s\n' $! >"/run/lab/$name.pid"
      wait $! || true
    fi
  done
}
