# The state of this machine that a lab could leave changed, as lines that can be compared.
# shellcheck shell=bash

# snapshot FILE NAME… — the machine's state, without what belongs to labs that are alive and not among NAMEs.
snapshot() {
  local file=$1 others
  shift
  others=$(others_than "$@")
  {
    section mounts sort /proc/mounts
    section links link_names
    section 'named network namespaces' ip netns list
    section 'packet filters' packet_filters
    section 'kernel settings' kernel_settings
    section groups find /sys/fs/cgroup -type d
    section accounts sha256sum /etc/passwd /etc/group /etc/shadow /etc/sudoers
    section names sha256sum /etc/hosts /etc/resolv.conf
    section 'system files' find /etc /opt /home /var/lib/docker /usr/bin/date -newer "$file.begin" -not -path '*/.*'
    section 'records and files' find /run/runbook-lab /run/docker /run/netns /run/containerd
    section processes lab_processes
  } 2>/dev/null | grep -vE "${others:-^$}" >"$file"
}

section() { { "${@:2}" || true; } | sed "s|^|$1: |"; }

# others_than NAME… — a pattern for the labs that are not ours.
others_than() {
  local name pattern=
  # What all labs share is there as long as one is.
  [[ -z $(labs) ]] || pattern='/runbook-lab$'
  while IFS= read -r name; do
    [[ " $* " == *" $name "* ]] || pattern+="${pattern:+|}runbook-lab/$name(-[0-9a-f]{8})?(/|$)|RUNBOOK_LAB=$name-[0-9a-f]{8}\$"
  done < <(labs)
  printf '%s' "$pattern"
}

link_names() { ip -oneline link | awk -F ': ' '{ print $2 }' | sort; }

packet_filters() { { iptables-save; ip6tables-save; } | grep -v '^#' | sed 's/\[[0-9:]*\]//' | sort; }

# kernel_settings — those that do not change by themselves.
kernel_settings() { sysctl --all | grep -E '^(net\.(ipv4|ipv6|bridge|core)|kernel\.(hostname|panic|keys)|vm\.)' | sort; }

lab_processes() { grep -hzs '^RUNBOOK_LAB=' /proc/[0-9]*/environ | tr '\0' '\n' | sort --unique; }
