; A program in the shape of a Linux kernel (boot protocol 2.03) that lists the files of its initial RAM disk: what wimboot
; finds there are the images that iPXE has given names, each in an archive of its own (cpio, "newc").
org 0
bits 16
SETUP_SECTORS equ 1
times 0x1f1-($-$$) db 0
  db SETUP_SECTORS
  times 0x1fe-($-$$) db 0
  dw 0xaa55
  jmp short start
  db 'HdrS'
  dw 0x0203                     ; version
  times 0x211-($-$$) db 0
  db 1                          ; loaded high
  times 0x214-($-$$) db 0
  dd 0x100000                   ; code32_start
ramdisk: dd 0
ramdisk_size: dd 0
  times 0x22c-($-$$) db 0
  dd 0x37ffffff                 ; initrd_addr_max
start:
  sti
  cld
  mov si,hello
  call print
  mov eax,[ramdisk]
  mov [pos],eax
  add eax,[ramdisk_size]
  mov [end],eax
next:
  mov eax,[pos]
  cmp eax,[end]
  jae done
  call fetch
  cmp dword [buffer],'0707'
  je entry
  add dword [pos],4              ; padding between archives
  jmp next
entry:
  mov si,buffer+94              ; namesize
  call hex
  mov [name_size],eax
  mov si,buffer+54              ; filesize
  call hex
  mov [file_size],eax
  cmp dword [buffer+110],'TRAI'
  je skip
  or eax,eax
  jz skip                       ; a directory
  mov si,buffer+110
  call print
  mov si,blank
  call print
  mov byte [buffer+62],0
  mov si,buffer+54
  call print
  mov si,line
  call print
skip:
  mov eax,[name_size]
  add eax,110+3
  and al,0xfc
  mov ebx,[file_size]
  add ebx,3
  and bl,0xfc
  add eax,ebx
  add [pos],eax
  jmp next
done:
  mov si,bye
  call print
rest:
  hlt
  jmp rest

; 256 bytes from [pos] to buffer
fetch:
  mov eax,[pos]
  mov [source+2],ax
  shr eax,16
  mov [source+4],al
  mov [source+7],ah
  xor eax,eax
  mov ax,ds
  shl eax,4
  add eax,buffer
  mov [target+2],ax
  shr eax,16
  mov [target+4],al
  mov cx,128
  mov si,gdt
  push ds
  pop es
  mov ah,0x87
  int 0x15
  ret

; eax = the eight hexadecimal digits at si
hex:
  xor eax,eax
  mov cx,8
.digit:
  shl eax,4
  mov bl,[si]
  inc si
  cmp bl,'9'
  jbe .low
  or bl,0x20
  sub bl,'a'-10-'0'
.low:
  sub bl,'0'
  or al,bl
  loop .digit
  ret

print:
  lodsb
  or al,al
  jz .end
  mov ah,0x0e
  mov bx,7
  int 0x10
  jmp print
.end:
  ret

hello: db 13,10,'Files of the initial RAM disk:',13,10,0
blank: db ': ',0
line: db 'h bytes',13,10,0
bye: db 'End of the initial RAM disk.',13,10,0
pos: dd 0
end: dd 0
name_size: dd 0
file_size: dd 0
gdt: times 16 db 0
source: dw 0xffff
  db 0,0,0,0x93,0,0
target: dw 0xffff
  db 0,0,0,0x93,0,0
  times 16 db 0
buffer equ 0x400+0x400
  times 0x400-($-$$) db 0
  ; the kernel proper, which is never entered
  times 16 db 0xf4
