#!/usr/bin/env bash
# Build the image localhost/imi-bot:latest, and first its base where no registry can be reached.
#
#   deploy/build_image.sh             the base comes from the registry that the Containerfile names
#   deploy/build_image.sh --own-base  the base is made of Debian's packages (by root, with mmdebstrap)
set -euo pipefail
cd "$(dirname "$0")/.."

podman=deploy/podman.sh
image=localhost/imi-bot:latest
own_base=localhost/debian:trixie
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Each build takes Debian's newest packages: it keeps no layers for a later one.
options=(--format docker --layers=false --file deploy/Containerfile --tag "$image")
if [ "${1:-}" = --own-base ]; then
  if ! "$podman" image exists "$own_base"; then
    mmdebstrap --quiet --variant=minbase --include=ca-certificates trixie "$work/base.tar"
    "$podman" import --quiet "$work/base.tar" "$own_base" >/dev/null
  fi
  options+=(--build-arg "BASE=$own_base")
fi

# In the build stage, pip trusts the machine's certificates; they do not get into the image.
certificates=${PIP_CERT:-/etc/ssl/certs/ca-certificates.crt}
printf '[global]\ncert = /run/build-certificates.crt\n' >"$work/pip.conf"
options+=(--volume "$certificates:/run/build-certificates.crt:ro" --volume "$work/pip.conf:/etc/pip.conf:ro")
# A build that is itself in a container can isolate no more than this.
options+=(--isolation chroot --network host)

rm -rf dist
"${PYTHON:-.venv/bin/python}" -m hatchling build --target wheel --directory dist
"$podman" build "${options[@]}" .
"$podman" image inspect --format "$image: {{.Size}} bytes unpacked" "$image"
