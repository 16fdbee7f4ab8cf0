#!/bin/busybox sh
# First program of the system on the disk. It writes a line to a file, so that the next boot can show that the disk
# kept it, and gives a shell on the screen and on the serial port.
#
# Kernel argument: then=reboot  restart at once instead

# The initramfs has made names for all programs of busybox there.
export PATH=/run/bin:/sbin HOME=/
say() {
  echo "$*" > /dev/tty0
  echo "$*" > /dev/ttyS0
}

log=/var/log/boots
from=$(cat /run/root-from)
echo "boot $(($(wc -l < $log) + 1)), $(date -u '+%Y-%m-%d %H:%M:%S'), root on $from" >> $log
sync
say "$log:"
while read -r line; do say "  $line"; done < $log

leave() { # poweroff or reboot: nothing may be left in memory that is not on the disk
  say "The system goes down."
  sync
  mount -o remount,ro /
  "$1" -f
}
trap 'leave poweroff' USR1 USR2
trap 'leave reboot' TERM

if grep -qw then=reboot /proc/cmdline; then leave reboot; fi
say "Type reboot or poweroff when you are done."
while true; do setsid -c sh < /dev/ttyS0 > /dev/ttyS0 2>&1; done &
while true; do
  setsid -c sh < /dev/tty1 > /dev/tty1 2>&1 &
  wait $!
done
