# The appliance's own accounts, names and keys, in its own /etc: the machine's are neither used nor changed.
# shellcheck shell=bash

# install_accounts AUTHORIZED_KEYS — root, the administrator agadmin with the right to sudo, and what sshd needs.
install_accounts() {
  cat >/etc/passwd <<'PASSWD'
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
sshd:x:105:65534::/run/sshd:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
agadmin:x:1000:1000:administrator:/home/agadmin:/bin/bash
PASSWD
  cat >/etc/group <<'GROUP'
root:x:0:
daemon:x:1:
tty:x:5:
shadow:x:42:
docker:x:995:
agadmin:x:1000:
nogroup:x:65534:
GROUP
  # No user has a password; agadmin logs in with a key.
  printf '%s:*:19000:0:99999:7:::\n' root daemon sshd nobody agadmin >/etc/shadow
  chmod 640 /etc/shadow
  printf '%s\n' 'passwd: files' 'group: files' 'shadow: files' 'hosts: files dns' >/etc/nsswitch.conf
  allow_sudo 'NOPASSWD: ALL'
  mkdir -p /home/agadmin/.ssh
  cp "$1" /home/agadmin/.ssh/authorized_keys
  chown -R 1000:1000 /home/agadmin
  chmod 700 /home/agadmin /home/agadmin/.ssh
  chmod 600 /home/agadmin/.ssh/authorized_keys
}

# allow_sudo WHAT — "NOPASSWD: ALL", or "ALL", which asks for a password.
allow_sudo() {
  cat >/etc/sudoers.new <<SUDOERS
Defaults env_reset
Defaults secure_path="/usr/sbin:/usr/bin:/sbin:/bin"
root ALL=(ALL:ALL) ALL
agadmin ALL=(ALL:ALL) $1
SUDOERS
  chmod 440 /etc/sudoers.new
  mv /etc/sudoers.new /etc/sudoers
}

# install_sshd HOST_KEY
install_sshd() {
  rm -rf /etc/ssh/ssh_host_*
  install -m 600 "$1" /etc/ssh/ssh_host_ed25519_key
  cat >/etc/ssh/sshd_config <<'CONFIG'
Port 22
HostKey /etc/ssh/ssh_host_ed25519_key
PidFile /run/sshd.pid
LogLevel VERBOSE
UsePAM no
PermitRootLogin no
PasswordAuthentication no
KbdInteractiveAuthentication no
UseDNS no
PrintMotd no
Subsystem sftp internal-sftp
CONFIG
}

# install_network_names HOSTNAME HOSTS — names come from /etc/hosts alone; there is no name server to wait for.
install_network_names() {
  printf '%s\n' "$1" >/etc/hostname
  cp "$2" /etc/hosts
  rm -f /etc/resolv.conf # often a link to elsewhere
  : >/etc/resolv.conf
}

# install_service_manager — what `service docker stop` and `service docker start` run.
install_service_manager() {
  mkdir -p /etc/init.d
  cat >/etc/init.d/docker <<'SCRIPT'
#!/bin/sh
exec /run/lab/appliance/service "$1" engine
SCRIPT
  chmod 755 /etc/init.d/docker
}
