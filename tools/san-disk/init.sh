#!/bin/busybox sh
# First program of the kernel, from the initramfs. The BIOS's view of the disk ended with the boot loader: from here on
# the kernel must reach its disk by itself. This script finds out how, loads the drivers, finds the partition that
# "root=PARTUUID=..." names, and starts the system on it.
#
# Kernel arguments: root=PARTUUID=SIGNATURE-NUMBER  which partition
#                   san=none                        load no driver of a SAN: what happens when an initramfs lacks it
#                   fcoe=INTERFACE                  where FCoE is: fcoe=eth0, or fcoe=eth0.100 in VLAN 100; else all cards

/bin/busybox mount -t tmpfs run /run
/bin/busybox mkdir -p /run/bin /etc/iscsi
/bin/busybox --install -s /run/bin
export PATH=/run/bin:/sbin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys

# To the screen and to the serial port, whichever of them the kernel uses as its console.
say() {
  echo "$*" > /dev/tty0
  echo "$*" > /dev/ttyS0
}

argument() { # NAME: its value on the kernel's command line
  tr ' ' '\n' < /proc/cmdline | sed -n "s/^$1=//p" | tail -n 1
}

# Every device on PCI says what it is; modprobe knows which module is made for that.
load_drivers() {
  cat /sys/bus/pci/devices/*/modalias | while read -r alias; do modprobe -q "$alias"; done
  for alias in $(cat /sys/bus/virtio/devices/*/modalias 2> /dev/null); do modprobe -q "$alias"; done
}

interface_of() { # MAC: the name of the card that has it
  for card in /sys/class/net/*; do
    [ "$(cat "$card/address")" = "$1" ] && basename "$card"
  done
}

# The iSCSI Boot Firmware Table, which iPXE left in memory, says who we are, where the target is, and the address of
# the card. The address must be the same as that of the firmware: the target knows us by it.
attach_iscsi() {
  modprobe iscsi_ibft
  table=/sys/firmware/ibft
  [ -d "$table/target0" ] || return 1
  say "iBFT: $(cat $table/initiator/initiator-name) at $(cat $table/ethernet0/ip-addr)," \
    "target $(cat $table/target0/target-name) at $(cat $table/target0/ip-addr):$(cat $table/target0/port)"
  card=$(interface_of "$(cat $table/ethernet0/mac)")
  if [ -z "$card" ]; then
    say "No driver for the network card $(cat $table/ethernet0/mac) of the iBFT."
    return 1
  fi
  ip address add "$(cat $table/ethernet0/ip-addr)/$(prefix "$(cat $table/ethernet0/subnet-mask)")" dev "$card"
  ip link set "$card" up
  gateway=$(cat $table/ethernet0/gateway 2> /dev/null)
  [ -n "$gateway" ] && [ "$gateway" != 0.0.0.0 ] && ip route add default via "$gateway"
  modprobe iscsi_tcp
  modprobe sd_mod
  # The kernel's initiator only moves data; this program logs in, with the names and secrets of the table.
  iscsistart -b > /run/iscsistart.log 2>&1 && return
  while read -r line; do say "$line"; done < /run/iscsistart.log
}

prefix() { # SUBNET-MASK: the number of its bits
  bits=0
  for byte in $(echo "$1" | tr . ' '); do
    while [ "$byte" -gt 0 ]; do
      bits=$((bits + byte % 2))
      byte=$((byte / 2))
    done
  done
  echo "$bits"
}

# AoE has no addresses and no login: the driver asks by broadcast which disks there are.
attach_aoe() {
  for card in /sys/class/net/*; do
    [ "$(basename "$card")" = lo ] || ip link set "$(basename "$card")" up
  done
  modprobe aoe
}

# FCoE has no table either. The driver finds the forwarder by FIP, but not the VLAN of FCoE: that takes a program of its
# own (fipvlan), or the name of the interface.
attach_fcoe() { # INTERFACE
  card=${1%%.*}
  ip link set "$card" up
  if [ "$card" != "$1" ]; then
    modprobe 8021q
    ip link add link "$card" name "$1" type vlan id "${1#*.}"
    ip link set "$1" up
  fi
  modprobe fcoe
  echo "$1" > /sys/bus/fcoe/ctlr_create
  for controller in /sys/bus/fcoe/devices/ctlr_*; do echo 1 > "$controller/enabled"; done
}

attach_fcoe_everywhere() {
  say "No AoE disk has the partition. Looking for FCoE disks."
  for card in /sys/class/net/*; do
    [ "$(basename "$card")" = lo ] || attach_fcoe "$(basename "$card")"
  done
}

# The partition on a disk with this signature in its MBR.
find_root() { # SIGNATURE NUMBER
  for disk in /sys/block/*; do
    # The slash of a device such as etherd/e0.0 is written as an exclamation mark.
    name=$(basename "$disk" | tr '!' '/')
    [ "$(dd if="/dev/$name" bs=1 skip=440 count=4 2> /dev/null | hexdump -v -e '1/4 "%08x"')" = "$1" ] || continue
    for partition in "$disk"/*/partition; do
      [ "$(cat "$partition" 2> /dev/null)" = "$2" ] && basename "$(dirname "$partition")" | tr '!' '/' && return
    done
  done
  return 1
}

# How the kernel reaches the disk that a partition is on, from its place among the devices.
where_is() { # PARTITION
  path=$(readlink -f "/sys/class/block/$(echo "$1" | tr '/' '!')")
  case $path in
    */session*)
      session=$(echo "$path" | sed 's|.*/\(session[0-9]*\)/.*|\1|')
      connection=/sys/class/iscsi_connection/connection${session#session}:0
      lun=$(echo "$path" | sed 's|.*/[0-9]*:[0-9]*:[0-9]*:\([0-9]*\)/block/.*|\1|')
      echo "iscsi:$(cat "$connection/persistent_address"):$(cat "$connection/persistent_port"):LUN $lun:$(cat "/sys/class/iscsi_session/$session/targetname")"
      ;;
    *etherd*)
      disk=$(dirname "$path")
      echo "aoe:$(basename "$disk" | sed 's/.*!//') at $(sed 's/../&:/g; s/:$//' "$disk/mac")"
      ;;
    */rport-*) echo "fcoe:$(cat "${path%%/target*}"/fc_remote_ports/*/port_name)" ;;
    *) echo "the local disk" ;;
  esac
}

load_drivers
root=$(argument root)
signature=${root#PARTUUID=}
number=$((10#${signature#*-}))
signature=${signature%-*}

if [ "$(argument san)" = none ]; then
  say "No driver of a SAN is loaded (san=none)."
elif ! attach_iscsi; then
  say "No iBFT in memory: the firmware left no iSCSI disk. Looking for AoE disks."
  fcoe=$(argument fcoe)
  if [ -n "$fcoe" ]; then attach_fcoe "$fcoe"; else attach_aoe; fi
fi
modprobe sd_mod

tries=0
until partition=$(find_root "$signature" "$number"); do
  tries=$((tries + 1))
  # AoE disks answer at once.
  if [ $tries = 4 ] && [ -d /sys/module/aoe ] && [ ! -d /sys/module/fcoe ]; then attach_fcoe_everywhere; fi
  if [ $tries -gt 10 ] && { [ ! -d /sys/module/fcoe ] || [ $tries -gt 30 ]; }; then
    say "SAN ROOT not found: no disk has the partition $root. Disks:" $(ls /sys/block)
    exec setsid -c sh < /dev/tty1 > /dev/tty1 2>&1
  fi
  sleep 1
done

from=$(where_is "$partition")
mount -t ext4 -o rw "/dev/$partition" /root
case $from in
  "the local disk") say "LOCAL ROOT mounted from $from (/dev/$partition): no SAN was found." ;;
  *) say "SAN ROOT mounted from $from (/dev/$partition)" ;;
esac
echo "$from" > /run/root-from
mount --move /dev /root/dev
mount --move /proc /root/proc
mount --move /sys /root/sys
mount --move /run /root/run
exec /bin/busybox switch_root /root /sbin/init
