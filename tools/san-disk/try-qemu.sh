#!/bin/sh
# Boots the SAN disk twice under QEMU, from real targets and by real iPXE: what the lab's own are measured by.
#
#     tools/san-disk/try-qemu.sh iscsi|aoe [DISK]
#
# As root, with qemu-system-x86, tgt, vblade, iproute2 and ipxe installed; DISK is a copy of the image san/disk.img (the
# manifest in public/images names its file) and is written to. All happens in a network of its own. Ends with 0 when the
# second boot found the line that the first one wrote.
set -e

if [ "$3" != inside ]; then
  disk=$2
  if [ -z "$disk" ]; then
    images=$(dirname "$0")/../../public/images
    hash=$(grep -A 2 '"path": "san/disk.img"' "$images/manifest.json" | sed -n 's/.*"sha256": "\(.*\)".*/\1/p')
    disk=$(mktemp)
    cp "$images/blob/$hash" "$disk"
  fi
  exec unshare --net --pid --fork --kill-child --mount-proc "$0" "$1" "$disk" inside
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
target=iqn.2026-01.lab.example:pc1

ip link set lo up
ip tuntap add tap0 mode tap
ip address add 10.0.0.1/24 dev tap0
ip link set tap0 up

case $1 in
  iscsi)
    # A control number of its own, beside a tgtd that this computer may run.
    tgtd -C 77 -f --iscsi portal=10.0.0.1:3260 &
    sleep 1
    tgtadm -C 77 --lld iscsi --op new --mode target --tid 1 -T $target
    tgtadm -C 77 --lld iscsi --op new --mode logicalunit --tid 1 --lun 1 -b "$2"
    tgtadm -C 77 --lld iscsi --op bind --mode target --tid 1 -I ALL
    uri=iscsi:10.0.0.1:::1:$target
    ;;
  aoe)
    vblade 1 2 tap0 "$2" &
    uri=aoe:e1.2
    ;;
  *)
    echo "which protocol: iscsi or aoe?" >&2
    exit 2
    ;;
esac

cat > "$work/script.ipxe" << SCRIPT
#!ipxe
set net0/ip 10.0.0.2
set net0/netmask 255.255.255.0
set initiator-iqn iqn.2026-01.lab.example:initiator-pc1
ifopen net0
sanboot $uri
SCRIPT

for boot in 1 2; do
  echo "boot $boot by $uri"
  qemu-system-i386 -m 128 -display none -serial "file:$work/serial" -no-reboot \
    -netdev tap,id=n,ifname=tap0,script=no,downscript=no -device ne2k_pci,netdev=n,mac=52:54:00:30:00:01 \
    -kernel /boot/ipxe.lkrn -initrd "$work/script.ipxe" &
  qemu=$!
  for second in $(seq 1 150); do
    sleep 1
    if grep -qE 'Type reboot|ROOT not found|Kernel panic' "$work/serial" 2> /dev/null; then break; fi
  done
  kill $qemu
  wait $qemu || true
  sed -n '/iBFT: /p; /No iBFT/p; /ROOT/p; /boots:/,/Type/p' "$work/serial"
done
grep -q '  boot 2' "$work/serial"
