# Debian packages that a script needs: sourced by who has a function `die`.

# packages LOG PACKAGE...: installs those that are missing, when root. No daemon is started by its package.
packages() {
  local log=$1 package missing=() policy=/usr/sbin/policy-rc.d ours= status=0; shift
  for package in "$@"; do dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || die "missing: ${missing[*]}. Install with: sudo apt-get install --no-install-recommends ${missing[*]}"
  echo "installing ${missing[*]} ..."
  [ -e $policy ] || { ours=1; printf '#!/bin/sh\nexit 101\n' >$policy; chmod +x $policy; }
  local install=(apt-get -o DPkg::Lock::Timeout=600 -y -q --no-install-recommends install "${missing[@]}")
  { DEBIAN_FRONTEND=noninteractive "${install[@]}" || { apt-get -q update && DEBIAN_FRONTEND=noninteractive "${install[@]}"; }; } >"$log" 2>&1 || status=$?
  [ -z "$ours" ] || rm -f $policy
  [ $status -eq 0 ] || die "packages could not be installed; see $log"
}
