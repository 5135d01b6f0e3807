# What can go wrong with an appliance, on demand. Every fault can be removed again.
# shellcheck shell=bash

# inject FAULT HOST ARGUMENTS…
inject() {
  local fault=$1 host=$2
  shift 2
  check_host "$host"
  case $fault in
    power-off) set_power "$host" off ;;
    power-on)
      set_power "$host" on
      set_service start "$host" sshd
      set_service start "$host" engine
      ;;
    cable-cut) set_cable "$host" down ;;
    cable-mend) set_cable "$host" up ;;
    engine-stop) set_service stop "$host" engine ;;
    engine-start) set_service start "$host" engine ;;
    ssh-stop) set_service stop "$host" sshd ;;
    ssh-start) set_service start "$host" sshd ;;
    sudo-password) in_appliance "$host" bash -euc 'source /run/lab/appliance/accounts.sh; allow_sudo ALL' ;;
    sudo-free) in_appliance "$host" bash -euc 'source /run/lab/appliance/accounts.sh; allow_sudo "NOPASSWD: ALL"' ;;
    key-change) change_host_key "$host" ;;
    key-restore) restore_host_key "$host" ;;
    port-block) filter_port "$host" --append "$@" ;;
    port-open) filter_port "$host" --delete "$@" ;;
    clock-skew) skew_clock "$host" "$@" ;;
    *) refuse "there is no fault '$fault'; lab --help lists them" ;;
  esac
}

# What a new host key does to new connections; the operator's known_hosts keeps the old one.
change_host_key() {
  in_appliance "$1" bash -euc '
    rm /etc/ssh/ssh_host_ed25519_key
    ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key
    pkill -HUP -o -x sshd'
}

restore_host_key() {
  in_appliance "$1" bash -euc '
    cat >/etc/ssh/ssh_host_ed25519_key
    pkill -HUP -o -x sshd' <"$folder/keys/$1"
}

# filter_port HOST --append|--delete PORT[/PROTOCOL] [drop|reject] — for what arrives at the appliance.
filter_port() {
  local port=${3:-} protocol=tcp verdict=${4:-drop}
  [[ $port != */* ]] || protocol=${port#*/} port=${port%/*}
  [[ $port =~ ^[0-9]+$ && $protocol =~ ^(tcp|udp)$ && $verdict =~ ^(drop|reject)$ ]] ||
    refuse "say which port: PORT[/tcp|/udp] [drop|reject]"
  in_appliance "$1" iptables "$2" INPUT --protocol "$protocol" --dport "$port" --jump "${verdict^^}"
}

# skew_clock HOST SECONDS — the kernel has one clock for all; what is changed is what the appliance's date command says.
skew_clock() {
  [[ ${2:-} =~ ^-?[0-9]+$ ]] || refuse "say by how many seconds: clock-skew $1 SECONDS (0 removes it)"
  in_appliance "$1" /run/lab/appliance/skew "$2"
}
