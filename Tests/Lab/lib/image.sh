# The one small image that all services of the lab's stack use: busybox, and a service that answers on HTTP.
# shellcheck shell=bash

# build_image TAR — writes the image's root file system.
build_image() {
  local root
  root=$(mktemp -d "$folder/image.XXXXXX")
  mkdir -p "$root"/{bin,etc,proc,sys,dev,tmp,www/cgi-bin}
  cp "$(command -v busybox)" "$root/bin/busybox"
  "$root/bin/busybox" --list | while IFS= read -r applet; do
    [[ $applet == busybox ]] || ln -s busybox "$root/bin/$applet"
  done
  printf 'root:x:0:0::/:/bin/sh\n' >"$root/etc/passwd"
  cp "$lab_home/stack/service" "$root/bin/service"
  cp "$lab_home/stack/page" "$root/www/cgi-bin/index.cgi"
  chmod 755 "$root/bin/service" "$root/www/cgi-bin/index.cgi"
  printf 'ok\n' >"$root/www/health"
  chroot "$root" /bin/sh -c true || fail "$(command -v busybox) is not the static one (Debian package busybox-static)"
  tar -C "$root" --owner=0 --group=0 --numeric-owner -cf "$1" .
  rm -rf "$root"
}
