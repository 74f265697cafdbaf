#!/bin/sh
# Process 1 of a container in namespaces of its own: builds the root file system, starts the image's program and hands
# signals on. Everything mounted here goes away with the mount namespace.
# Arguments: unshare's path, image root, scratch folder, user, group, working directory, number of mounts, for each its
# folder and its path in the container, program and its arguments.
unshare=$1 image=$2 scratch=$3 user=$4 group=$5 directory=$6 mounts=$7
shift 7

# The environment is the image's; the tools below need this machine's.
image_path=$PATH
image_preload=${LD_PRELOAD-} image_libraries=${LD_LIBRARY_PATH-}
unset LD_PRELOAD LD_LIBRARY_PATH
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

fail() {
  echo "aml-emulator: $1" >&2
  exit 125
}

mount --make-rprivate / 2>/dev/null
root=$scratch/root
mkdir -p "$root"
overlay() {
  mkdir -p "$scratch/upper" "$scratch/work" &&
    mount -t overlay overlay -o "lowerdir=$image,upperdir=$scratch/upper,workdir=$scratch/work" "$root" 2>/dev/null
}
layers=$scratch/layers
writable=yes
if ! overlay; then
  # An upper layer may not lie on another overlay (a container in a container): memory is the next best.
  mkdir -p "$layers" && mount -t tmpfs tmpfs "$layers" 2>/dev/null
  scratch_disk=$scratch
  scratch=$layers
  if ! overlay; then
    scratch=$scratch_disk
    writable=no
    mount --bind "$image" "$root" && mount -o remount,bind,ro "$root" || fail "cannot mount the image"
    echo "aml-emulator: the image's file system is read-only here, but for /tmp" >&2
  fi
fi

mount -t proc proc "$root/proc" 2>/dev/null || mount --rbind /proc "$root/proc" || fail "cannot mount /proc"
mount -t tmpfs -o mode=755 tmpfs "$root/dev" || fail "cannot mount /dev"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device" && mount --bind "/dev/$device" "$root/dev/$device" 2>/dev/null
done
mkdir -p -m 1777 "$root/dev/shm" && mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp" || fail "cannot mount /tmp"
while [ "$mounts" -gt 0 ]; do
  mount --bind "$1" "$root$2" && mount -o remount,bind,ro "$root$2" || fail "cannot mount $1 at $2"
  shift 2
  mounts=$((mounts - 1))
done
if [ "$writable" = yes ]; then
  for file in resolv.conf hosts; do
    [ -s "$root/etc/$file" ] || [ -L "$root/etc/$file" ] || cat "/etc/$file" >"$root/etc/$file" 2>/dev/null
  done
  # As container engines do, a working directory that the image lacks is made; through chroot, so that the image's
  # own links are followed inside it.
  chroot "$root" /bin/mkdir -p "$directory" 2>/dev/null
fi

identity=
[ "$user:$group" = 0:0 ] || identity="--setgid=$group --setuid=$user"
[ -z "$image_preload" ] || export LD_PRELOAD="$image_preload"
[ -z "$image_libraries" ] || export LD_LIBRARY_PATH="$image_libraries"
# shellcheck disable=SC2086 # identity is two words or none
PATH=$image_path "$unshare" --root="$root" --wd="$directory" $identity -- "$@" &
child=$!
trap 'kill -TERM "$child"' TERM INT
wait "$child"
status=$?
while kill -0 "$child" 2>/dev/null; do
  wait "$child"
  status=$?
done
exit "$status"
