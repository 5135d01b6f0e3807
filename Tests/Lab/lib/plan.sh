# Which services belong on which appliance, and the files that an operator of this lab works with.
# shellcheck shell=bash

# planned_services NUMBER — one manager that keeps the administration and the database; access points in front and,
# from three appliances on, policy and authentication on hosts of their own behind.
planned_services() {
  case $count:$1 in
    1:1) echo admin, policy, authentication, distribution, postgres, accesspoint ;;
    2:1) echo admin, policy, authentication, distribution, postgres ;;
    *:1) echo admin, distribution, postgres ;;
    *) if (($1 % 2)); then echo policy, authentication; else echo accesspoint; fi ;;
  esac
}

write_inventory() {
  local number role=manager
  cat <<'HEAD'
stack:
  name: da
  directory: /opt/nexus/docker-compose
  files: [docker-compose.yml, network.yml, versiontag.yml]
  deploy_options: [--resolve-image, never]
ssh: { user: agadmin, config: ./ssh_config }
sudo: true
hosts:
HEAD
  for ((number = 1; number <= count; number++)); do
    printf '  da%s: { address: 10.77.0.%s, role: %s, services: [%s] }\n' \
      "$number" "$number" "$role" "$(planned_services "$number")"
    role=worker
  done
}

write_ssh_config() {
  local number
  for ((number = 1; number <= count; number++)); do
    cat <<CONFIG
Host da$number 10.77.0.$number
  HostName 10.77.0.$number
CONFIG
  done
  cat <<CONFIG
Host *
  User agadmin
  IdentityFile "$folder/id_ed25519"
  IdentitiesOnly yes
  UserKnownHostsFile "$folder/known_hosts"
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  PasswordAuthentication no
CONFIG
}

# write_operator_files — keys, known hosts, names, ssh configuration and inventory in the lab's folder.
write_operator_files() {
  local host
  mkdir -p "$folder/keys"
  ssh-keygen -q -t ed25519 -N '' -C operator -f "$folder/id_ed25519"
  printf '127.0.0.1 localhost\n' >"$folder/hosts"
  for host in $(appliances); do
    ssh-keygen -q -t ed25519 -N '' -C "$host" -f "$folder/keys/$host"
    printf '%s,10.77.0.%s %s\n' "$host" "${host#da}" "$(cut -d ' ' -f 1,2 "$folder/keys/$host.pub")" >>"$folder/known_hosts"
    printf '10.77.0.%s %s\n' "${host#da}" "$host" >>"$folder/hosts"
  done
  write_ssh_config >"$folder/ssh_config"
  write_inventory >"$folder/inventory.yaml"
}
