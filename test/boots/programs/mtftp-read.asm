; A boot program that reads a file from a multicast group by PXENV_TFTP_READ_FILE (PXE 2.1 section 3.4), and prints the
; status, the size, and a sum of the bytes in their order: sum = rol(sum, 1) + byte.
org 0x7c00
bits 16
BUFFER equ 0x2000 ; a segment
start:
  mov bp,sp
  les bx,[ss:bp+4] ; !PXE
  mov eax,[es:bx+16] ; EntryPointSP
  xor cx,cx
  mov ds,cx
  mov [entry],eax
  sti
  push ds
  push word params
  push word 0x23
  call far [entry]
  add sp,6
  xor ax,ax
  mov ds,ax
  mov si,m_status
  call puts
  movzx eax,word [params]
  call hex32
  mov si,m_size
  call puts
  mov eax,[size]
  call hex32
  mov ecx,[size]
  xor edx,edx
  xor si,si
  mov ax,BUFFER
  mov es,ax
  jcxz print
next:
  movzx eax,byte [es:si]
  rol edx,1
  add edx,eax
  inc si
  loop next
print:
  mov si,m_sum
  call puts
  mov eax,edx
  call hex32
stop:
  hlt
  jmp stop

hex32: ; eax
  mov cx,8
.digit:
  rol eax,4
  push eax
  and al,15
  add al,'0'
  cmp al,'9'
  jbe .put
  add al,'A'-'9'-1
.put:
  call putc
  pop eax
  loop .digit
  ret
puts:
  lodsb
  test al,al
  jz .done
  call putc
  jmp puts
.done:
  ret
putc:
  push bx
  mov ah,0x0e
  mov bx,7
  int 0x10
  pop bx
  ret

m_status: db 'STATUS ',0
m_size: db ' SIZE ',0
m_sum: db ' SUM ',0
align 4
entry: dd 0
params:
  dw 0
name: db 'image.bin'
  times 128-($-name) db 0
size: dd 0xf000
  dd BUFFER*16
  db 10,0,2,1 ; the server
  db 0,0,0,0 ; no gateway
  db 239,255,1,1 ; the group
  db 0x06,0xe0 ; port of the clients, 1760
  db 0x06,0xdf ; port of the server, 1759
  dw 1 ; listens so many seconds before it opens
  dw 2 ; and so many for the stream to go on
