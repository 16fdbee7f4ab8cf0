; A boot program that calls each function of the PXE API, by the entry points of !PXE and of PXENV+ in real mode, and prints
; what it is answered to COM1: opcode, name, AX, CF, IF, status, registers that were not kept, the structure.
org 0x7c00
bits 16
start:
  cli
  mov bp,sp
  mov [cs:ssave],ss
  mov [cs:spsave],sp
  mov eax,[ss:bp+4]
  mov [cs:pxeptr],eax
  mov [cs:envptr],bx
  mov [cs:envptr+2],es
  mov [cs:fl],dword 0
  pushfd
  pop dword [cs:fl]
  xor ax,ax
  mov ds,ax
  mov es,ax
  sti
  mov si,m_hello
  call puts
  ; entry regs
  mov si,m_entry
  call puts
  mov ax,[ssave]
  call hex16
  mov al,':'
  call putc
  mov ax,[spsave]
  call hex16
  mov si,m_pxe
  call puts
  mov eax,[pxeptr]
  call hex32
  les di,[pxeptr]
  mov eax,[es:di]
  cmp eax,'!PXE'
  jne .nopxe
  mov al,'S'
  call putc
.nopxe:
  movzx cx,byte [es:di+4]
  call csum
  les di,[pxeptr]
  mov eax,[es:di+16]
  mov [pxeentry],eax
  mov eax,[es:di+20]
  mov [pxeesp],eax
  mov si,m_env
  call puts
  mov eax,[envptr]
  call hex32
  les di,[envptr]
  mov eax,[es:di]
  cmp eax,'PXEN'
  jne .noenv
  mov al,'S'
  call putc
.noenv:
  movzx cx,byte [es:di+8]
  call csum
  les di,[envptr]
  mov eax,[es:di+10]
  mov [enventry],eax
  mov ax,[es:di+6]
  mov si,m_ver
  call puts
  call hex16
  ; int 1a
  mov si,m_1a
  call puts
  mov ax,0x5650
  stc
  int 0x1a
  pushf
  push bx
  push es
  call hex16
  pop ax
  call hex16
  mov al,':'
  call putc
  pop ax
  call hex16
  pop ax
  and ax,1
  add al,'0'
  push ax
  mov al,'c'
  call putc
  pop ax
  call putc
  int 0x12
  mov si,m_12
  call puts
  call hex16
  xor ax,ax
  mov es,ax
  mov byte [via],0
  call pass
  mov byte [via],1
  call pass
  ; end: unload & return
  mov byte [via],0
  mov si,t_end
  call runtab
  mov si,m_1a
  call puts
  mov ax,0x5650
  int 0x1a
  call hex16
  mov si,m_bye
  call puts
  lss sp,[spsave]
  xor ax,ax
  retf

pass:
  mov si,m_pass
  call puts
  mov al,[via]
  add al,'0'
  call putc
  mov si,tab
  jmp runtab

; table: dw name ; dw opcode ; dw initproc or 0; end 0
runtab:
.next:
  lodsw
  test ax,ax
  jz .done
  mov [name],ax
  lodsw
  mov [opc],ax
  lodsw
  mov [init],ax
  push si
  ; clear
  mov di,pb
  mov cx,128
  mov ax,0
  rep stosw
  mov word [pb],0xEEEE
  mov ax,[init]
  test ax,ax
  jz .noinit
  call ax
.noinit:
  mov al,10
  call putc
  mov ax,[opc]
  call hex8
  mov al,' '
  call putc
  mov si,[name]
  call puts
  ; set canary regs
  mov esi,0x11112222
  mov edi,0x33334444
  mov ebx,0x55556666
  mov ebp,0x77778888
  mov ecx,0x9999aaaa
  mov edx,0xbbbbcccc
  mov [sp0],sp
  std
  cld
  cmp byte [via],0
  jne .env
  push word 0
  push word pb
  push word [opc]
  call far [pxeentry]
  pushf
  pop word [flags]
  add sp,6
  jmp .after
.env:
  xor di,di
  mov es,di
  mov di,pb
  mov bx,[opc]
  call far [enventry]
  pushf
  pop word [flags]
  mov edi,0x33334444
  mov ebx,0x55556666
.after:
  mov [axv],ax
  mov byte [clob],0
  cmp esi,0x11112222
  je .c1
  or byte [clob],1
.c1: cmp edi,0x33334444
  je .c2
  or byte [clob],2
.c2: cmp ebx,0x55556666
  je .c3
  or byte [clob],4
.c3: cmp ebp,0x77778888
  je .c4
  or byte [clob],8
.c4: cmp ecx,0x9999aaaa
  je .c5
  or byte [clob],16
.c5: cmp edx,0xbbbbcccc
  je .c6
  or byte [clob],32
.c6: cmp sp,[sp0]
  je .c7
  or byte [clob],64
  mov sp,[sp0]
.c7:
  xor ax,ax
  mov ds,ax
  mov es,ax
  cld
  sti
  mov si,m_ax
  call puts
  mov ax,[axv]
  call hex16
  mov si,m_cf
  call puts
  mov ax,[flags]
  and al,1
  add al,'0'
  call putc
  mov si,m_if
  call puts
  mov ax,[flags]
  shr ax,9
  and al,1
  add al,'0'
  call putc
  mov si,m_st
  call puts
  mov ax,[pb]
  call hex16
  mov si,m_cl
  call puts
  mov al,[clob]
  call hex8
  mov al,' '
  call putc
  mov si,pb+2
  mov cx,[show]
.dump:
  lodsb
  call hex8
  loop .dump
  cmp word [show2],0
  je .nd2
  mov al,'|'
  call putc
  mov si,[show2]
  mov cx,24
.dump2:
  lodsb
  call hex8
  loop .dump2
.nd2:
  mov word [show],32
  mov word [show2],0
  pop si
  jmp .next
.done:
  ret

; ---- init procs
i_ci1: mov word [pb+2],1
  jmp i_cibuf
i_ci2: mov word [pb+2],2
  jmp i_cibuf
i_ci3: mov word [pb+2],3
i_cibuf:
  mov word [pb+4],1500
  mov word [pb+6],buf
  mov word [pb+8],0
  mov word [show2],buf
  ret
i_ci2p: mov word [pb+2],2
  ret
i_ci0: mov word [pb+2],0
  ret
i_ci4: mov word [pb+2],4
  ret
i_ci2s: mov word [pb+2],2
  mov word [pb+4],100
  mov word [pb+6],buf
  ret
srv equ 0x0102000a
i_udpopen: mov dword [pb+2],0
  ret
i_udpread: mov dword [pb+6],0
  mov word [pb+12],0x3930   ; dport
  mov word [pb+14],1400
  mov word [pb+16],buf
  mov word [pb+18],0
  mov word [show2],buf
  ret
i_udpreadw: mov cx,3
  sti
.l: hlt
  loop .l
  jmp i_udpread
i_udpwrite: mov dword [pb+2],srv
  mov dword [pb+6],0
  mov word [pb+10],0x3930
  mov word [pb+12],0x4500  ; 69
  mov word [pb+14],rrqlen
  mov word [pb+16],rrq
  mov word [pb+18],0
  ret
rrq: db 0,1,'small.txt',0,'octet',0
rrqlen equ $-rrq
i_tfopen: mov dword [pb+2],srv
  mov dword [pb+6],0
  mov si,fn_small
  call cpyname10
  mov word [pb+138],0x4500
  mov word [pb+140],512
  ret
i_tfopenbad: mov dword [pb+2],srv
  mov si,fn_missing
  call cpyname10
  mov word [pb+138],0x4500
  mov word [pb+140],512
  ret
i_tfopensm: call i_tfopen
  mov word [pb+140],100
  ret
i_tfopenbig: call i_tfopen
  mov word [pb+140],1456
  ret
i_tfread: mov word [pb+6],buf
  mov word [pb+8],0
  mov word [pb+4],512
  mov word [show2],buf
  ret
cpyname10: mov di,pb+10
.l: lodsb
  stosb
  test al,al
  jnz .l
  ret
i_fsize: mov dword [pb+2],srv
  mov si,fn_small
  call cpyname10
  mov word [show2],pb+138
  ret
i_fsizebad: mov dword [pb+2],srv
  mov si,fn_missing
  call cpyname10
  ret
; READ_FILE: status, name[128] at 2, size u32 at 130, buf at 134, srv at 138, gw 142, mcast 146, cport 150, sport 152, to 154, delay 156
i_rf: mov di,pb+2
  mov si,fn_small
  call cpyname10.l
  mov dword [pb+130],0x1000
  mov dword [pb+134],0x200000
  mov dword [pb+138],srv
  mov word [pb+152],0x4500
  mov word [pb+154],3
  mov word [show2],pb+130
  ret
i_rfsmall: call i_rf
  mov dword [pb+130],100
  ret
i_rfbad: call i_rf
  mov di,pb+2
  mov si,fn_missing
  call cpyname10.l
  ret
i_open: mov word [pb+2],0
  mov word [pb+4],3
  ret
i_mc: mov dword [pb+2],0x010180e0  ; 224.128.1.1
  ret
i_filter: mov byte [pb+2],7
  ret
i_sta: mov dword [pb+2],0x12005452
  mov word [pb+6],0x0134
  ret
i_mcset: mov word [pb+2],1
  mov dword [pb+4],0x005e0001
  mov word [pb+8],0x0100
  ret
i_tx: ; ARP broadcast, protocol 0 whole frame
  mov byte [pb+2],0
  mov byte [pb+3],1
  mov word [pb+8],tbd
  mov word [pb+10],0
  ret
i_tx2: ; ARP via protocol 2, dest addr
  mov byte [pb+2],2
  mov byte [pb+3],0
  mov word [pb+4],bcast
  mov word [pb+8],tbd2
  ret
i_txbad: mov byte [pb+2],9
  mov word [pb+8],tbd2
  ret
tbd: dw 60
  dw frame,0
  dw 0
tbd2: dw 0
  dw 0,0
  dw 1
  db 1,0
  dw 28
  dw frame+14,0
bcast: times 6 db 255
frame: times 6 db 255
  db 0x52,0x54,0,0x12,0x34,1
  db 8,6
  db 0,1,8,0,6,4,0,1, 0x52,0x54,0,0x12,0x34,1, 10,0,2,50, 0,0,0,0,0,0, 10,0,2,1
  times 18 db 0
i_isr1: mov word [pb+2],1
  ret
i_isr2: mov word [pb+2],2
  ret
i_isr3: mov word [pb+2],3
  ret
i_isr9: mov word [pb+2],9
  ret
i_isrwait: ; delay ~55ms*2 then start
  mov cx,3
  sti
.l: hlt
  loop .l
  jmp i_isr1
i_fopen: mov word [pb+4],url
  mov word [pb+6],0
  ret
url: db 'tftp://10.0.2.1/small.txt',0
i_fcheck: mov word [pb+2],20
  mov dword [pb+4],0x91d447b2
  ret
i_rtftp: call i_rf
  mov di,pb+2
  mov si,fn_missing
  call cpyname10.l
  ret

fn_small: db 'small.txt',0
fn_missing: db 'missing.txt',0

%macro T 3
  dw %%n,%1,%2
  [section .names]
%%n: db %3,0
  __SECT__
%endmacro
section .names align=1 follows=.text
section .text
tab:
 T 0x71,i_ci1,"GET_CACHED_INFO 1 own buffer"
 T 0x71,i_ci2,"GET_CACHED_INFO 2 own buffer"
 T 0x71,i_ci3,"GET_CACHED_INFO 3 own buffer"
 T 0x71,i_ci2p,"GET_CACHED_INFO 2 ptr"
 T 0x71,i_ci2s,"GET_CACHED_INFO 2 small buffer"
 T 0x71,i_ci0,"GET_CACHED_INFO 0"
 T 0x71,i_ci4,"GET_CACHED_INFO 4"
 T 0x31,0,"UDP_CLOSE closed"
 T 0x32,i_udpread,"UDP_READ closed"
 T 0x33,i_udpwrite,"UDP_WRITE closed"
 T 0x30,i_udpopen,"UDP_OPEN"
 T 0x30,i_udpopen,"UDP_OPEN again"
 T 0x32,i_udpread,"UDP_READ empty"
 T 0x33,i_udpwrite,"UDP_WRITE rrq"
 T 0x32,i_udpread,"UDP_READ (poll)"
 T 0x32,i_udpreadw,"UDP_READ data after 2 ticks"
 T 0x32,i_udpreadw,"UDP_READ again"
 T 0x20,i_tfopen,"TFTP_OPEN while UDP open"
 T 0x21,0,"TFTP_CLOSE"
 T 0x31,0,"UDP_CLOSE"
 T 0x22,i_tfread,"TFTP_READ closed"
 T 0x21,0,"TFTP_CLOSE closed"
 T 0x20,i_tfopenbad,"TFTP_OPEN missing"
 T 0x20,i_tfopensm,"TFTP_OPEN packet 100"
 T 0x20,i_tfopen,"TFTP_OPEN 512"
 T 0x20,i_tfopen,"TFTP_OPEN again"
 T 0x30,i_udpopen,"UDP_OPEN while TFTP open"
 T 0x31,0,"UDP_CLOSE"
 T 0x22,i_tfread,"TFTP_READ 1"
 T 0x22,i_tfread,"TFTP_READ 2"
 T 0x22,i_tfread,"TFTP_READ 3 (last)"
 T 0x22,i_tfread,"TFTP_READ past end"
 T 0x21,0,"TFTP_CLOSE"
 T 0x20,i_tfopenbig,"TFTP_OPEN 1456"
 T 0x22,i_tfread,"TFTP_READ 1"
 T 0x21,0,"TFTP_CLOSE"
 T 0x25,i_fsize,"TFTP_GET_FSIZE"
 T 0x25,i_fsizebad,"TFTP_GET_FSIZE missing"
 T 0x23,i_rf,"TFTP_READ_FILE to 2MiB"
 T 0x23,i_rfsmall,"TFTP_READ_FILE buffer 100"
 T 0x23,i_rfbad,"TFTP_READ_FILE missing"
 T 0x24,i_rf,"TFTP_READ_FILE_PMODE"
 T 0x73,i_rtftp,"RESTART_TFTP missing"
 T 0x0c,0,"UNDI_GET_INFORMATION"
 T 0x13,0,"UNDI_GET_IFACE_INFO"
 T 0x12,0,"UNDI_GET_NIC_TYPE"
 T 0x11,i_mc,"UNDI_GET_MCAST_ADDRESS"
 T 0x0d,0,"UNDI_GET_STATISTICS"
 T 0x0e,0,"UNDI_CLEAR_STATISTICS"
 T 0x0f,0,"UNDI_INITIATE_DIAGS"
 T 0x10,0,"UNDI_FORCE_INTERRUPT"
 T 0x08,i_tx,"UNDI_TRANSMIT before open"
 T 0x05,0,"UNDI_SHUTDOWN"
 T 0x01,0,"UNDI_STARTUP"
 T 0x03,0,"UNDI_INITIALIZE"
 T 0x0d,0,"UNDI_GET_STATISTICS"
 T 0x11,i_mc,"UNDI_GET_MCAST_ADDRESS"
 T 0x14,i_isr1,"UNDI_ISR START before open"
 T 0x06,i_open,"UNDI_OPEN"
 T 0x0f,0,"UNDI_INITIATE_DIAGS"
 T 0x10,0,"UNDI_FORCE_INTERRUPT"
 T 0x09,i_mcset,"UNDI_SET_MCAST_ADDRESS"
 T 0x0b,i_filter,"UNDI_SET_PACKET_FILTER"
 T 0x0a,i_sta,"UNDI_SET_STATION_ADDRESS"
 T 0x08,i_tx,"UNDI_TRANSMIT arp whole"
 T 0x14,i_isr1,"UNDI_ISR START"
 T 0x14,i_isr2,"UNDI_ISR PROCESS"
 T 0x14,i_isr3,"UNDI_ISR GET_NEXT"
 T 0x14,i_isr3,"UNDI_ISR GET_NEXT"
 T 0x08,i_tx2,"UNDI_TRANSMIT arp proto 2 blocks"
 T 0x14,i_isrwait,"UNDI_ISR START after wait"
 T 0x14,i_isr2,"UNDI_ISR PROCESS"
 T 0x14,i_isr3,"UNDI_ISR GET_NEXT"
 T 0x08,i_txbad,"UNDI_TRANSMIT proto 9"
 T 0x14,i_isr9,"UNDI_ISR 9"
 T 0x0d,0,"UNDI_GET_STATISTICS"
 T 0x04,0,"UNDI_RESET_ADAPTER"
 T 0x08,i_tx,"UNDI_TRANSMIT after reset"
 T 0x07,0,"UNDI_CLOSE"
 T 0x07,0,"UNDI_CLOSE again"
 T 0x00,0,"START_UNDI"
 T 0x72,0,"op 72"
 T 0x74,0,"op 74"
 T 0x75,0,"START_BASE"
 T 0x76,0,"STOP_BASE"
 T 0xe6,i_fcheck,"FILE_API_CHECK"
 T 0xe0,i_fopen,"FILE_OPEN"
 T 0xe2,0,"FILE_SELECT"
 T 0xe3,0,"FILE_READ"
 T 0xe4,0,"GET_FILE_SIZE"
 T 0xe5,0,"FILE_EXEC"
 T 0xe8,0,"FILE_CMDLINE"
 T 0xe1,0,"FILE_CLOSE"
 T 0x99,0,"op 99"
 T 0x1234,0,"op 1234"
 dw 0
t_end:
 T 0x05,0,"UNDI_SHUTDOWN"
 T 0x08,i_tx,"UNDI_TRANSMIT after shutdown"
 T 0x30,i_udpopen,"UDP_OPEN after shutdown"
 T 0x33,i_udpwrite,"UDP_WRITE after shutdown"
 T 0x32,i_udpread,"UDP_READ after shutdown"
 T 0x01,0,"UNDI_STARTUP"
 T 0x03,0,"UNDI_INITIALIZE"
 T 0x33,i_udpwrite,"UDP_WRITE after init"
 T 0x32,i_udpread,"UDP_READ after init"
 T 0x31,0,"UDP_CLOSE"
 T 0x05,0,"UNDI_SHUTDOWN"
 T 0x02,0,"UNDI_CLEANUP"
 T 0x70,0,"UNLOAD_STACK"
 T 0x76,0,"STOP_BASE"
 T 0x15,0,"STOP_UNDI"
 T 0x71,i_ci2p,"GET_CACHED_INFO 2 ptr after unload"
 dw 0

csum:
  xor al,al
.l: add al,[es:di]
  inc di
  loop .l
  push ax
  mov al,'k'
  call putc
  pop ax
  call hex8
  ret
hex32: push eax
  shr eax,16
  call hex16
  mov al,':'
  call putc
  pop eax
hex16: push ax
  mov al,ah
  call hex8
  pop ax
hex8: push ax
  shr al,4
  call hexn
  pop ax
hexn: and al,15
  add al,'0'
  cmp al,'9'
  jbe putc
  add al,7
putc: push dx
  push ax
  mov dx,0x3fd
.w: in al,dx
  test al,0x20
  jz .w
  pop ax
  push ax
  cmp al,10
  jne .n
  mov al,13
  mov dx,0x3f8
  out dx,al
  mov al,10
.n: mov dx,0x3f8
  out dx,al
  pop ax
  pop dx
  ret
puts: push ax
.l: cs lodsb
  test al,al
  jz .d
  call putc
  jmp .l
.d: pop ax
  ret
m_hello: db 10,'APITEST start',0
m_entry: db 10,'SS:SP ',0
m_pxe: db ' !PXE ',0
m_env: db ' PXENV+ ',0
m_ver: db ' ver ',0
m_1a: db 10,'INT1A ',0
m_12: db ' INT12 ',0
m_pass: db 10,'PASS ',0
m_ax: db ' AX=',0
m_cf: db ' CF=',0
m_if: db ' IF=',0
m_st: db ' ST=',0
m_cl: db ' clob=',0
m_bye: db 10,'APITEST end',10,0
align 4
show: dw 32
show2: dw 0
via: db 0
clob: db 0
spsave: dw 0
ssave: dw 0
fl: dd 0
pxeptr: dd 0
envptr: dd 0
pxeentry: dd 0
pxeesp: dd 0
enventry: dd 0
name: dw 0
opc: dw 0
init: dw 0
axv: dw 0
flags: dw 0
sp0: dw 0
pb: times 256 db 0
buf: times 1600 db 0
