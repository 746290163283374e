#!/bin/sh
# Run podman, on a machine without systemd (inside a container) with the options that work there.
# The images stay in a directory of their own, which may be removed at any time.
if [ -d /run/systemd/system ]; then
  exec podman "$@"
fi
store=${IMI_IMAGE_STORE:-${XDG_CACHE_HOME:-$HOME/.cache}/imi-bot/containers}
exec podman --root "$store" --runroot "$store-run" --storage-driver vfs \
  --runtime runc --cgroup-manager cgroupfs "$@"
